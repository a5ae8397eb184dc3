// What changed between two looks and is worth telling somebody who does not see the page.

import { plural } from './format.js';
import { servesTheSame, service, stateOf } from './fleet-words.js';
import { describe } from './queue-names.js';

/** A sentence for each change that matters. */
export function news(before, after) {
  return [...ofNodes(before.nodes, after.nodes), ...ofQueues(before.queues, after.queues)];
}

function ofNodes(before, after) {
  const known = new Map(before.map((node) => [node.id, node]));
  return after.flatMap((node) => {
    const old = known.get(node.id);
    const name = `${service(node.service)} on ${node.host}`;
    if (!old) return node.state === 'gone' ? [] : [`${name} has joined.`];
    if (old.state === node.state && old.isSilent === node.isSilent) return [];
    const { word, note } = stateOf(node, after.some((other) => servesTheSame(node, other)));
    return [`${name}: ${word.toLowerCase()}. ${node.state === 'ill' || node.isSilent ? note : ''}`.trim()];
  });
}

function ofQueues(before, after) {
  const known = new Map(before.map((queue) => [queue.name, queue]));
  return after.flatMap((queue) => {
    const old = known.get(queue.name);
    if (!old) return [];
    const { title } = describe(queue.name);
    const more = queue.statistics.failed - old.statistics.failed;
    return [more > 0 && `${title}: ${plural(more, 'job')} given up.`, old.isPaused !== queue.isPaused && `${title} is ${queue.isPaused ? 'paused' : 'no longer paused'}.`].filter(Boolean);
  });
}
