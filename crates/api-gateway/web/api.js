// Asking the server. Every failure is an ApiError whose message can be shown to a person.

import { Emitter } from './events.js';

/** `signed-out`: the server no longer knows our session. */
export const account = new Emitter();

/** So long is an answer to a question waited for until it begins. A server whose database hangs may never give one. */
const PATIENCE = 15_000;
/** Whoever was not answered asks again after this time. */
export const ASK_AGAIN_AFTER = 3_000;

/** What went wrong, in words. `status` is 0 where the server cannot be reached, and 504 where it says nothing. */
export class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

export const get = (path, signal) => call('GET', path, undefined, signal);
export const post = (path, body = {}) => call('POST', path, body);
export const put = (path, body) => call('PUT', path, body);
export const remove = (path, body) => call('DELETE', path, body);

/** The address of a picture; `version` changes with the picture, so that an old one is never taken from a cache. */
export function pictureUrl(asset, size) {
  const version = asset.thumbhash ? `&c=${encodeURIComponent(asset.thumbhash)}` : '';
  return `/api/assets/${asset.id}/thumbnail?size=${size}${version}`;
}

async function call(method, path, body, signal) {
  const options = { method, signal, headers: { accept: 'application/json' } };
  if (body !== undefined) {
    options.headers['content-type'] = 'application/json';
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await (method === 'GET' ? patiently(path, options) : fetch(`/api${path}`, options));
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    if (error.name === 'TimeoutError') throw new ApiError('The server does not answer. It may be waiting for its database.', 504);
    throw new ApiError('The server cannot be reached. Is it running, and are you online?', 0);
  }
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => null);
  if (response.ok) return answer;
  if (response.status === 401) account.emit('signed-out');
  throw new ApiError(words(response.status, answer), response.status);
}

/** A request that is given up when its answer does not begin in time. */
async function patiently(path, options) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(new DOMException('no answer', 'TimeoutError')), PATIENCE);
  const signal = options.signal ? AbortSignal.any([options.signal, patience.signal]) : patience.signal;
  try {
    return await fetch(`/api${path}`, { ...options, signal });
  } finally {
    clearTimeout(timer);
  }
}

/** Whether the same question may be answered a moment later. */
export const mayHeal = ({ status }) => status === 0 || status >= 500;

/** The words for a refusal: the server's own, else what the number means. */
export function words(status, answer) {
  const issue = answer?.errors?.[0];
  if (issue) return `${[issue.path?.join('.'), issue.message].filter(Boolean).join(': ')}.`;
  if (status === 413) return 'This is larger than the server takes.';
  if (status === 507) return 'The disk of the server is full.';
  if (status === 503 && answer?.message) return `${answer.message}.`;
  if (status >= 500) return 'The server had a problem with this. Its log tells more.';
  return answer?.message ? String(answer.message) : `The server refused this (${status}).`;
}
