// Empty jobs through BullMQ: node bullmq.mjs REDIS_URL COUNT. Adds them in batches of 1,000, works at concurrency 5.
import { Queue, Worker } from 'bullmq';

const [, , url, count] = process.argv;
const { hostname: host, port } = new URL(url);
const connection = { host, port: Number(port), maxRetriesPerRequest: null };
const total = Number(count);
const name = `bench-${process.pid}`;
const queue = new Queue(name, { connection, defaultJobOptions: { removeOnComplete: true } });
await queue.waitUntilReady();

const seconds = (since) => Number(process.hrtime.bigint() - since) / 1e9;
let begun = process.hrtime.bigint();
for (let at = 0; at < total; at += 1000) {
  const batch = Math.min(1000, total - at);
  await queue.addBulk(Array.from({ length: batch }, (_, n) => ({ name: 'empty', data: { id: at + n } })));
}
const added = seconds(begun);

let done = 0;
let finish;
const finished = new Promise((resolve) => (finish = resolve));
begun = process.hrtime.bigint();
const worker = new Worker(name, async () => {}, { connection, concurrency: 5 });
worker.on('completed', () => {
  if (++done === total) finish();
});
await finished;
const worked = seconds(begun);
await worker.close();
await queue.obliterate({ force: true });
await queue.close();
console.log(JSON.stringify({ addedPerSecond: total / added, donePerSecond: total / worked }));
