"""Doors: what platforms push to us, journalled before it is acknowledged, then read like a list.

What was pushed can not be asked for again. So a knock is checked, written to a journal with
fsync, and only then answered; the collector reads the journal as it reads any platform, over its
own client, with a cursor that counts when the store has its page; the journal forgets what the
store holds. Guarantee: what was answered with success reaches the log at least once, in order,
whatever dies at whatever moment; what comes twice is dropped by identity.

A source takes part with two functions beside those that every collector has:

    def receive(config, knock: Knock) -> Reply:
        '''Pure: may this be, what is said to the sender, and what is kept.'''

    async def fetch(config, target, http, cursor, now):
        async for answer in told(Taking(config, http, cursor, now), read): yield answer

`receive` makes the address `/intake/NAME` of each configured instance of the kind. A source that
is polled too gets its pushed target beside the others: `told` for that target, what it did before
for the rest. WebSub (`websub.py`) is there for every feed that names a hub:

    receive = websub.answer(knock, topics, secret)       # challenge, signature, unsubscription
    renewed = await websub.renew(http, leases, subscription, now)    # within fetch, at half-life
"""
