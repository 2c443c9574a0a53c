"""A policy as one text: rules among a good deal that only describes."""

from __future__ import annotations

GIVEN = """# Visitor services of the Harbor Museum: handbook for the front desk

The Harbor Museum was founded in 1911 in the former customs house and has been run by the city since 1954. It shows
some 3,200 objects on four floors, from the oldest known chart of the bay to the bridge of the icebreaker Nordstjerne,
which schoolchildren like best. About 140,000 people visit it in a year, most of them between May and September. The
cafe on the roof belongs to a tenant, has its own till and its own opening hours, and is not part of this handbook.

The front desk is usually the first thing that visitors see and the last. There are three places, of which two are
staffed on ordinary days. The left one has the printer for annual passes. Over the past years the desk has also become
the place where people ask for the way to the ferry, and a stack of town maps lies there for them; the tourist office
refills it on Mondays.

## Tickets

An adult ticket costs 14 euros, a reduced one 9 euros. School classes book in advance through the education department,
which keeps its own calendar. The system prints the time of entry on each ticket, because the fire brigade counts 600
persons as the most that the house can hold. On rainy weekends in August that number has been reached four times since
2019, always between two and three in the afternoon.

Tickets are refunded within 14 days and only against the original receipt. Refunds above 150 euros go to the supervisor
on duty. A maximum of two vouchers can be redeemed per visit. Annual passes are personal and may not be handed on.

Most visitors who want their money back have bought for the wrong day. In our experience it helps to offer them another
day first: in 2024 seven out of ten accepted that with pleasure. The button for it is at the lower right, next to the
one that opens the drawer, which has led to some surprises and a lot of laughter.

## Groups and guides

Guided tours start at the anchor at half past ten and at two. Guides come from a pool of about thirty people, many of
them former sailors, and they decide themselves which of the five routes they take. The longest route takes ninety
minutes and ends on the icebreaker. Groups of more than 25 have to be split. Guides of other companies need a badge,
which the office issues on request and usually on the same day.

The radios hang on the wall behind the middle place. Their batteries last about nine hours; the spare ones are in the
second drawer. Channel 3 is the house, channel 5 the workshop, and on channel 7 one hears the harbor pilots, which is
entertaining on quiet days.

## Lost property

What is found is written into the green book with place and time and put into the cabinet. Umbrellas make up a third
of it, followed by single gloves and, for reasons nobody could explain so far, harmonicas. After six weeks things go to
the city's office on Kanal street. Passports and bank cards are handed to the police the same day, no exceptions.

## Photographs and press

Visitors like to take pictures, and we like them to. Flash is off limits on the second floor, where the charts hang.
Inquiries by the press are never answered at the desk. The press office has had the same number for twenty years, and
they pick up even on weekends.

## Emergencies

There are two defibrillators, one at the anchor and one beside the lift on the third floor. The alarm has three tones:
a rising one for fire, a steady one for water, and a short one which only means that the ferry's horn has triggered the
sensor again. In case of fire the lifts must not be used. Staff leave the building last, by the south stairs. The
meeting point is the crane. A drill takes place each spring; in the last one the house was empty after six minutes and
forty seconds.

## Money

The tills are counted twice a day by two persons. Differences of up to 5 euros are noted and nothing else happens; it
is mostly a wrong button. Nobody takes cash home. The safe opens at half past eight and at six, and the code is changed
whenever somebody leaves the team, so about five times a year. There was a time when the tills were
drawers with a bell, and one of these stands under the stairs, in working order; on the open day children may ring it.
Coins come from the bank on Wednesdays in rolls, and the
two-euro rolls run out first because of the lockers.

The shop beside the desk sells postcards, tea towels with knots on them, and a model of the icebreaker in three
sizes, of which the smallest sells best and the largest has been in the window since 2015. Its till is connected
with ours, so that a visitor can pay for both at once. The stock is counted in January, when the house is quiet,
with the radio on and cake from the cafe. Twice a year a lady from Bergen comes and buys twelve tea towels; nobody
knows what she does with them.

## The building

The house has stood on 900 oak piles since 1788, and the floor of the hall is 11 millimeters lower on the side of
the water than it was when the piles were last measured. The doors of the hall are original. The left one sticks in
wet weather and opens with a push of the hip a hand's breadth above the lock. Heating comes from the power station
across the canal. In the summer the hall is pleasantly cool and in the winter it is not, which is why the desk has a
heater of its own and a blanket that a retired colleague knitted in the colors of signal flags. Read from left to
right it says "require a pilot".

The lift was put in in 1976 and has its moods. It likes to stop between the second and the third floor when somebody
presses both buttons at the same time, and it goes on when one waits for a minute and presses the upper one. The
firm that looks after it comes from the other side of the bay by boat. Its mechanic, Mr. Lund, has known the lift
since he was an apprentice and talks to it. On the wall of the machine room he keeps a list of everything he has
ever replaced, and by his own reckoning there is not a single screw of 1976 left in it.

The cloakroom was a cell for smugglers. Children like to hear that, and the scratches on the wall beside the coat
hooks are real; the oldest legible one is from 1802 and complains about the soup. School classes draw them. Above
the cloakroom lies the archive, with eleven kilometers of paper, open to researchers on Tuesdays and Thursdays by
appointment with Mr. Adeyemi, who knows where everything is and cannot explain how.

## Manners

We speak to everybody first in the language of the land, then in English. Comments on the price of the cafe can be
passed on to the cafe. Personal data of visitors stay in the house. Dogs are welcome as far as the anchor, except guide
dogs, which can go anywhere and are usually the best behaved visitors of the day.
"""
CONSTRAINTS = (
    "Tickets are refunded within 14 days and only against the original receipt.",
    "Refunds above 150 euros go to the supervisor\non duty.",
    "A maximum of two vouchers can be redeemed per visit.",
    "Annual passes are personal and may not be handed on.",
    "Groups of more than 25 have to be split.",
    "Passports and bank cards are handed to the police the same day, no exceptions.",
    "Flash is off limits on the second floor, where the charts hang.",
    "Inquiries by the press are never answered at the desk.",
    "In case of fire the lifts must not be used.",
    "Nobody takes cash home.",
    "Personal data of visitors stay in the house.",
)
