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
        async for answer in told(Taking(config, http, cursor, now), Told(read)): yield answer

    def parse(config, target, answer):
        yield from parsed(config, answer, Told(read))   # read(config, entry) -> posts; pure

`receive` makes the address `/intake/NAME` of each configured instance of the kind. A source that
is polled too has one more target, `Target(pushed=True)`: `told` for that one, what it did before
for the rest; the same post by both ways has one identity and counts once.

WebSub (`websub.py`) is there for every feed that names a hub:

    def receive(config, knock):                         # challenge, signature, what is kept
        return websub.answer(knock, topics_of(config), websub.secret_of(config.secret))

    renewed = await websub.renew(http, state, Subscription(...), now)   # in fetch, at half-life
    websub.granted(entry)                               # in read: the hub's word on a lease
"""
