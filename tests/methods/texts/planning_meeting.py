"""Minutes of a meeting, as it was spoken: who says what, much of it beside the point."""

from __future__ import annotations

GIVEN = """Planning of the summer fair, 12 January
Present: Ayo, Brigid, Carlos, Dunja, Emeka

Ayo: Right, are we all here? Carlos has to leave at four, so let us start. Did everybody get some of the cake?
Brigid: The cake is gone, Ayo. It was gone before you came.
Ayo: A pity. So, the fair. Last year we had about nine hundred visitors, it rained in the morning, and the puppet
theater was the best thing by far. I have been through the numbers again over Christmas. We took 6,200 at the gate
and 4,100 at the stalls, and we spent rather more than that on the tent, mostly because we ordered it in June.
Carlos: The tent people have raised their prices again. I rang three of them, and two did not ring back.
Ayo: Which brings us to the money. We can't spend more than 8,000 this year, all in.
Dunja: Is that with the insurance or without it?
Ayo: With it. The parish has made that very clear to me, at length, on the telephone, while I was trying to cook.
Brigid: Fine. Then I would move the stage to the lower meadow. It saves the second generator, it is closer to the water,
and the ground is flatter there. Last year the drummer slid slowly towards the audience during the whole second set.
Emeka: I remember that. I thought that it was part of the show.
Brigid: He did too, in the end.
Carlos: On the lower meadow we had a problem with the nesting birds two years ago, do you remember? The ranger came.
Dunja: Yes. The reeds are out of bounds until the end of July, she put that in writing.
Ayo: Good to know. The meadow itself is all right then?
Dunja: The meadow is all right. She even likes the fair, she came with her children and they won the rabbit.
Ayo: The rabbit. Let us not do that again. No live animals as prizes.
Brigid: Agreed, and I speak as the person who drove it home.
Emeka: I have talked to the band from Kerry. They would come for their expenses, which they put at 600, and they bring
their own sound. There are seven of them. One of them plays the saw. They are very good, my cousin had them at her
wedding, and people danced on the tables until the tables gave up.
Ayo: Lovely. Music has to stop at ten, though, the neighbors were quite firm.
Emeka: Ten it is. They start at eight, so that is plenty.
Carlos: What about food? Last year there were four stalls and three of them sold sausages. I would like to have the lady
with the dumplings again. She had a queue to the road at one point, and she has a bigger pan now.
Dunja: Everything has to be labeled for allergens this time, the inspector wrote to us.
Carlos: I will tell her. She labels everything anyway, she used to be a librarian.
Brigid: The children's corner was too small. I counted fifty at the painting table, and the table seats twelve. If
we get the school's benches we could do two tables, and the teachers said that they would lend a hand, provided that
they do not have to wear the hats.
Ayo: Which hats?
Brigid: There were hats. You were not in the children's corner, Ayo, or you would remember the hats.
Emeka: My nephew could do the posters. He studies something with design in Cork, he is quick, and he owes me a favor
because of the van. He did the ones for the regatta, with the heron. People stole them off the walls.
Ayo: Posters must not go up before the first of May, that is the council. And the council's logo stays off them.
Emeka: I will let him know. He will be sad about the logo, he likes to draw it with a face.
Dunja: Volunteers. We had thirty-one last year and needed forty. I made a list of everybody who said "next year for
sure" and there are twenty-six names on it, of whom I believe about nine. The rowing club could send a few if we let
them park the boats behind the stage.
Brigid: They can park wherever they like as long as nobody blocks the fire lane.
Carlos: I have to go in a minute. Is there anything else for me? I have the tent, the dumplings and the insurance.
Ayo: The tent by the end of the month, please, or we pay June prices again. It was nice weather in June, I give you
that.
Carlos: By the end of the month. I will try the people in Limerick as well, they had a blue one. It leaks a bit but
it is a very friendly blue.
Emeka: While we are at it, the archive people rang. They found a film of the fair of 1963, eleven minutes, without
sound. One sees the old bridge and somebody's grandfather falling out of a boat. They would lend it to us for an
evening.
Brigid: That is my grandfather. He fell out of boats rather often, it was a sort of hobby. We could show it in the barn
after the children's theater. The barn has power since they put in the milking robots, and the farmer said yes last year
when we asked him about the dance floor, only then we did not need it because of the rain.
Ayo: Show it, by all means. Is there a screen?
Brigid: A sheet. My mother has one that is four meters wide, I never found out why.
Dunja: I have been thinking about the raffle. We sold 1,400 tickets last year at a euro each and had sixty prizes,
most of them jam. People seemed happy. The bookseller in Ennis offers ten parcels of books, wrapped, so that one
does not know what is inside. I like that. The bicycle shop offers a bicycle, a good one, a little blue. He says
that it was built for somebody who then moved to Canada.
Carlos: A bicycle would be wonderful. Last year the first prize was a voucher for a boiler service.
Dunja: Which was won by the man who services boilers. He laughed for a week.
Ayo: And how did the rowing club do with the tea tent? I heard different things.
Brigid: They made 640 and broke nineteen cups. They want to do it again, and this time with a proper urn from the
church. The scones were very good after noon. Before noon they were more of a building material.
Dunja: One more thing from me, the photographs. Parents complained last time. No pictures of children on the website.
Ayo: Yes. That is settled then. Emeka, will you write to the band? And Brigid, the school?
Brigid: I will see the headmaster on Thursday anyway, he plays chess with my father and loses.
Ayo: Then we meet again on the ninth of February, same place. Somebody should bring another cake. A larger one.
Emeka: I would bring one, but I am not allowed in the kitchen since the incident with the caramel.
Brigid: I will bring the cake.
"""
CONSTRAINTS = (
    "We can't spend more than 8,000 this year, all in.",
    "The reeds are out of bounds until the end of July, she put that in writing.",
    "No live animals as prizes.",
    "Music has to stop at ten, though, the neighbors were quite firm.",
    "Everything has to be labeled for allergens this time, the inspector wrote to us.",
    "Posters must not go up before the first of May, that is the council.",
    "And the council's logo stays off them.",
    "They can park wherever they like as long as nobody blocks the fire lane.",
    "No pictures of children on the website.",
)
