// The words of the fleet: of services, of the states of nodes, of what they can do.

import { plural } from './format.js';

const SERVICES = { 'api-gateway': 'Gateway' };
const CODECS = { h264: 'H.264', hevc: 'HEVC', vp9: 'VP9', av1: 'AV1' };
const ABILITIES = { thumbnail: 'Makes pictures of', encode: 'Encodes' };
const CODERS = [['encoders', ABILITIES.encode], ['decoders', 'Decodes']];

/** `metadata-worker` is `Metadata worker`. */
export function service(name) {
  const spaced = name.replaceAll('-', ' ');
  return SERVICES[name] ?? spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/**
 * What a node is doing: `kind` decides the colour, `word` says it, `note` explains. `hasOthers` tells whether another node that
 * is heard of serves one of its queues.
 */
export function stateOf(node, hasOthers) {
  const { state, desiredState: order = state, running } = node;
  const say = (word, note = '') => ({ kind: state, word, note });
  if (state === 'gone') return say('Gone');
  if (node.isSilent) return { kind: 'silent', word: 'Silent', note: whatBecomesOfItsWork(node, hasOthers) };
  if (state === 'ill') return say('Ill', node.reason ?? 'It does not say why.');
  if (order === 'quiet' && state === 'active') return say('Going quiet');
  if (order === 'paused' && state !== 'paused') return say('Pausing');
  if (order === 'active' && state === 'paused' && node.hours) return say('Resting', `Works from ${node.hours.replace('-', ' to ')} only.`);
  if (order === 'active' && state !== 'active' && !node.reason) return say('Resuming');
  if (state === 'quiet' && node.reason) return say('Quiet', `${node.reason.charAt(0).toUpperCase()}${node.reason.slice(1)}.`);
  if (state === 'quiet') return say('Quiet', running > 0 ? 'Finishes what runs and takes nothing new.' : 'Takes nothing new.');
  if (state === 'paused') return say('Paused', 'Holds no work.');
  return say('Active');
}

/** Its leases have run out: what it had goes back, one after the other. */
function whatBecomesOfItsWork({ running, held }, hasOthers) {
  const jobs = (number) => plural(number, 'job');
  if (running === 0) return 'It ran nothing when it was heard of last.';
  if (!hasOthers) return `Its ${jobs(running)} wait for another worker of its kind.`;
  if (held > 0) return `Its ${jobs(running)} are being taken over by others.`;
  return `Its ${jobs(running)} were taken over by others.`;
}

/** Whether a node serves a queue that this one serves, too, and is heard of. */
export function servesTheSame(node, other) {
  const isThere = other.id !== node.id && other.state === 'active' && !other.isSilent;
  return isThere && Object.keys(node.slots).some((queue) => other.slots[queue] > 0);
}

/** What a living node wants an operator to know, by topics: whole sentences. */
export function notesOf({ state, facts }) {
  const notes = state === 'gone' ? {} : (facts?.notes ?? {});
  return Object.values(notes).flat().filter((note) => typeof note === 'string');
}

/** An encoder or a decoder: the speed is that of a trial at 1280 × 720. */
function words({ codec, element, accel, width, height, framesPerSecond, reason }) {
  const speed = framesPerSecond && `${Math.round(framesPerSecond)} frames/s`;
  const size = width && height && `up to ${width} × ${height}`;
  return [CODECS[codec] ?? codec, element, accel, size, speed, reason].filter(Boolean).join(' · ');
}

/** What a node can do, in groups: `[title, [words]]`. */
export function abilities({ capabilities, facts }) {
  const names = Array.isArray(capabilities) ? capabilities : Object.keys(capabilities ?? {});
  const groups = new Map();
  const add = (title, word) => groups.set(title, (groups.get(title) ?? new Set()).add(word));
  const encoders = facts?.encoders ?? [];
  const isListed = (codec) => encoders.some((encoder) => encoder.codec === codec);
  for (const name of names) {
    const [kind, what, ...rest] = name.split('.');
    if (kind === 'encode' && isListed(what)) continue;
    const format = CODECS[what] ?? what?.toUpperCase();
    if (ABILITIES[kind]) add(ABILITIES[kind], [format, ...rest].join(' · '));
    else add('Also', name);
  }
  for (const [name, title] of CODERS) {
    for (const coder of facts?.[name] ?? []) add(coder.reason ? 'Does not work' : title, words(coder));
  }
  return [...groups].map(([title, words]) => [title, [...words]]);
}
