import asyncio, statistics, time
from backend.edge.platform import open_platform
from backend.governance import service
from backend.governance.models import Proposal
from tests.governance.conftest import House, house
from tests.governance.test_service import LINE, sees_national_ids
async def test_latency(house, settings, database, clock):
    others=[await open_platform(settings, clock=clock, database=database) for _ in range(3)]
    houses=[House(o, house.tenant, clock, house.people) for o in others]
    took=[]; base=house.files; texts=[base.replace(LINE,""), base+"\n"]
    for n in range(10):
        text = base.replace(LINE,"") + "#%d\n"%n if n%2==0 else base+"#%d\n"%n
        want = n%2==1
        row = await house.ready("admin", text)
        for h in houses: await sees_national_ids(h)
        await house.run(house.people["helena"], service.approve, row.id)
        t=time.monotonic(); house.clock.advance(__import__("datetime").timedelta(seconds=1))
        async def follow(h):
            while (await sees_national_ids(h)) != want: await asyncio.sleep(0.01)
            return time.monotonic()-t
        took+=await asyncio.gather(*map(follow,houses))
    print("\nLATENCY n=%d median %.2f s max %.2f s"%(len(took),statistics.median(took),max(took)))
    for o in others: await o.engine.dispose()
