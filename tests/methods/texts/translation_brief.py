"""User messages alone: a brief, the long text it is about, and what was thought of later."""

from __future__ import annotations

_TEXT = """The lighthouse at Skerry Point was lit for the first time on the night of 3 November 1847. It had taken
nine years to build, two of which were spent on waiting for stone. The engineer, a quiet man named Alasdair Rennick,
lived on the rock for most of that time with a crew of fourteen and a goat. Of his letters to his sister some sixty have
survived, and they are mostly about the weather and about the goat.

The tower is thirty-eight meters high and tapers like the trunk of an oak. Its walls are three meters thick at the
foot. Rennick had watched how the swell ran up the rock, and he let the first twelve courses of stone be dovetailed
into each other, so that not one of them could move without its neighbors. The method was expensive, and the board
of the harbor complained about it in every meeting from 1840 on. In the great storm of 1853, when the water stood
above the lamp, not a single joint opened, and the complaints stopped.

The lamp burned whale oil until 1871, then paraffin. It could be seen at eighteen sea miles on a clear night. Two
keepers tended it in turns of four hours, and a third one rested on land. The turns were kept with great exactness,
as the log books show: in fifty years there is no entry missing, not even on the day on which the second keeper's
son was born on the rock, which is noted between the height of the barometer and the passing of a Norwegian bark.

Of the keepers the best known is Morag Sinclair, who took over from her father in 1902 though the board had advertised
for a man. She answered the advertisement with her initial. By the time they noticed she had been keeping the light for
five months, and the captains signed a petition. She stayed for thirty-four years. She knitted, she read law, and she
recorded the birds that struck the lantern, some four thousand of them of ninety-one kinds. Her lists are still used by
those who study the migrations.

Electricity came in 1961 and automation in 1988. The last keeper, a man called Fergus Boyle, locked the door on a mild
morning in March, and is said to have gone back twice because he believed he had left the stove on. Today the light is
watched from an office four hundred kilometers away. The tower can be visited from May to September when the sea allows
it, which is on about every third day. The stairs have two hundred and four steps. There is no goat any more, but in the
kitchen on the second floor hangs the brass bell that it wore.

The stone was brought from a quarry forty miles to the south in a boat called the Patience, which was well named.
She had a flat bottom and could lie against the rock for two hours at a time when the sea was quiet. In the year
1841 it was quiet on nineteen days. Each block weighed about a ton and a half and had been cut to fit its neighbors
on shore, in a yard that is now a car park, where the whole tower was laid out course by course on the grass before
it went to sea. People came on Sundays to walk around in it. A drawing of that time shows ladies with umbrellas on
the fourth course.

Rennick's goat was called Admiral. She gave milk for six summers, ate two chapters of a book about hydraulics, and was
once washed off the rock and found the next morning on the skerry to the west, standing up and in a bad temper. In the
letters she is mentioned more often than the board, the weather excepted. When the tower was done she went ashore with
the crew, and a baker in the harbor kept her until she died of old age. The bell was given back to the lighthouse by the
baker's granddaughter in 1934, in a box that also held a ribbon and the bill for the bell.

The lens came from Paris in forty-one crates. It floats on a bath of mercury and turns so easily that a child can
move its four tons with one finger, which the last keeper let every school class do. One revolution takes thirty
seconds. The clockwork that drove it had to be wound every half hour, day or night, by a crank of which the handle
has been worn to the shape of a hand. Three spare handles hang beside it; all of them are as good as new, since
everybody took the old one.

Visitors often ask how the keepers passed their time. The log books have an answer to that only between the lines:
there is the weather, there are the ships, and there is, from 1883 on, a chess problem at the foot of each page. The
problems came by post from a schoolmaster in Leith, one every week, and the solutions went back with the supply
boat. When the correspondence ended after thirty-one years the schoolmaster had never seen the sea, and the keepers
had never lost their interest in his knights. A selection of the problems was printed in 1921 and can still be found
in second-hand bookshops.

The paint is another chapter. The tower was white at first, then had two red bands, because a captain had taken it
for a sail. Since 1902 it has had one red band. It takes four men three weeks and six hundred liters to paint the
whole of it, and they start at the top. The painter's seat of 1911 is on show in the entrance; it looks like the
swing of a very brave child.

In the second war the lamp was dark for five years, but for eleven nights on which a convoy passed and a telephone call
came through from the mainland with one word in it. The word was different each time. Sinclair had retired by then, but
she is said to have rung up in the morning after each of these nights to ask, very politely, whether there had been any
trouble with the mechanism.

Those who climb to the gallery see the skerries to the west, the two islands, and on good days the mountains of the
mainland. The wind up there has a voice of its own, a low note that comes and goes; Sinclair wrote that it was a G in
summer and an F sharp in winter, and that one gets used to it as one gets used to a relative.
"""
GIVEN = [
    {
        "role": "user",
        "content": "Please translate the text below into Dutch for the leaflet of the museum. It is read by "
        "tourists, among "
        "them many school classes. Names of places are not translated. The tone should stay dry, no exclamation "
        "marks. The "
        "leaflet has room for 650 words at the very most. Use 'vuurtoren', never 'lichttoren'.",
    },
    {"role": "user", "content": _TEXT},
    {
        "role": "user",
        "content": "I forgot: the printer wants it by Thursday at the latest. The director is fond of the goat, "
        "so the goat "
        "stays in. Measures remain in meters. I'll send the pictures tomorrow, there are four of them, one with "
        "the bell.",
    },
]
CONSTRAINTS = (
    "Names of places are not translated.",
    "The tone should stay dry, no exclamation marks.",
    "The leaflet has room for 650 words at the very most.",
    "Use 'vuurtoren', never 'lichttoren'.",
    "the printer wants it by Thursday at the latest.",
    "The director is fond of the goat, so the goat stays in.",
    "Measures remain in meters.",
)
