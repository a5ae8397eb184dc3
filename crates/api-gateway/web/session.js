// Who is signed in. The session itself is a cookie that scripts cannot read; a second one says that it is there.

import { get, post } from './api.js';

const MARK = 'immich_is_authenticated=true';

/** Whether asking who we are makes sense. */
export const hasSession = () => document.cookie.split('; ').includes(MARK);

export const whoAmI = () => get('/users/me');
export const signIn = (email, password) => post('/auth/login', { email, password });

/** Makes the first account, the administrator's, and signs in. */
export async function signUp(name, email, password) {
  await post('/auth/admin-sign-up', { name, email, password });
  return signIn(email, password);
}

export const signOut = () => post('/auth/logout');
