import { availableParallelism } from "node:os";
import { expect } from "chai";
import { openPool } from "../../rehearsal/pool.ts";

interface Order {
  readonly shared: SharedArrayBuffer;
  readonly wanted: number;
}

describe("a pool of threads", function () {
  this.timeout(300_000);

  it("carries out as many orders at once as there are processors, and says how long each took", async () => {
    const wanted = Math.min(4, availableParallelism());
    const shared = new SharedArrayBuffer(4);
    const pool = openPool<Order, number>(new URL("./poolWorker.ts", import.meta.url));
    const begun = performance.now();
    const orders = Array.from({ length: wanted }, () => pool.carryOut({ shared, wanted }));
    const answers = await Promise.all(orders);
    const most = Math.ceil((performance.now() - begun) / 1000);
    await pool.close();
    expect(answers.map(({ result }) => result)).to.deep.equal(answers.map(() => wanted));
    for (const { seconds } of answers) expect(seconds).to.be.within(0, most);
  });
});
