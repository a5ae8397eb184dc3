// From the answer to `add` to the start of the job in another process, idle: node bullmq-latency.mjs REDIS_URL COUNT.
import { fork } from 'node:child_process';
import { Queue, QueueEvents, Worker } from 'bullmq';

const [, , url, count, name] = process.argv;
const { hostname: host, port } = new URL(url);
const connection = { host, port: Number(port), maxRetriesPerRequest: null };

async function work() {
  const worker = new Worker(name, async () => process.hrtime.bigint().toString(), { connection, concurrency: 5 });
  await worker.waitUntilReady();
  process.send('ready');
}

async function measure() {
  const queue = new Queue(`latency-${process.pid}`, { connection });
  const events = new QueueEvents(queue.name, { connection });
  await Promise.all([queue.waitUntilReady(), events.waitUntilReady()]);
  const worker = fork(process.argv[1], [url, count, queue.name]);
  await new Promise((ready) => worker.once('message', ready));
  const times = [];
  for (let index = 0; index < Number(count) + 10; index++) {
    const job = await queue.add('empty', {});
    const added = process.hrtime.bigint();
    const started = BigInt(await job.waitUntilFinished(events));
    // The first ones make connections and load scripts. A job may start before the answer to `add` is read.
    if (index >= 10) times.push(Math.max(0, Number(started - added) / 1e6));
  }
  worker.kill('SIGKILL');
  await events.close();
  await queue.obliterate({ force: true });
  await queue.close();
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.floor((times.length - 1) * share)];
  console.log(JSON.stringify({ p50: at(0.5), p99: at(0.99) }));
}

await (name ? work() : measure());
