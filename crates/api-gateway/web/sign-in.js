// Signing in, and on a new server the making of the administrator's account.

import { h, setText } from './dom.js';
import { signIn, signUp } from './session.js';

const SHORTEST_PASSWORD = 8;

/** The view. `config` is the server's; `done` is called when somebody is signed in; `reason` says why they are here. */
export function signInView({ config, reason, done }) {
  const isFirst = !config.isInitialized;
  const failure = h('p', { class: 'failure', role: 'alert' }, reason ?? '');
  const name = field('Name', { name: 'name', autocomplete: 'name', required: true });
  const email = field('E-mail', { name: 'email', type: 'email', autocomplete: 'username', required: true });
  const password = field('Password', {
    name: 'password',
    type: 'password',
    autocomplete: isFirst ? 'new-password' : 'current-password',
    required: true,
    minlength: isFirst ? String(SHORTEST_PASSWORD) : null,
    'aria-describedby': isFirst ? 'password-rule' : null,
  });
  const button = h('button', { type: 'submit', class: 'primary' }, isFirst ? 'Create account' : 'Sign in');
  const submit = async (event) => {
    event.preventDefault();
    setText(failure, '');
    button.disabled = true;
    try {
      if (isFirst) await signUp(name.input.value.trim(), email.input.value.trim(), password.input.value);
      else await signIn(email.input.value.trim(), password.input.value);
      done();
    } catch (error) {
      setText(failure, error.message);
      button.disabled = false;
      password.input.focus();
    }
  };
  const form = h(
    'form',
    { class: 'sign-in', on: { submit } },
    h('img', { src: '/_safelight/icon.svg', alt: '', width: '56', height: '56' }),
    h('h1', {}, isFirst ? 'Welcome to Safelight' : 'Safelight'),
    h('p', { class: 'muted' }, isFirst ? 'Create the account of the administrator to begin.' : 'Sign in to see your photos.'),
    config.loginPageMessage ? h('p', { class: 'login-message' }, config.loginPageMessage) : null,
    isFirst ? name.label : null,
    email.label,
    password.label,
    isFirst ? h('p', { id: 'password-rule', class: 'muted small' }, `At least ${SHORTEST_PASSWORD} characters.`) : null,
    failure,
    button,
  );
  requestAnimationFrame(() => (isFirst ? name : email).input.focus());
  return h('main', { id: 'content', class: 'sign-in-page' }, form);
}

function field(text, attributes) {
  const input = h('input', attributes);
  return { input, label: h('label', {}, text, input) };
}
