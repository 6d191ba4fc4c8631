// What the page knows: the people, what stands in each one's chat, and what they wrote.

const people = new Map();
const chats = new Map();

export function learn(world) {
  for (const person of world.people) people.set(person.ref, person);
}

export const person = (ref) => people.get(ref);
export const everyone = () => [...people.values()];

/** One person's chat: `lines` in order of arrival (messages and own words), and the own page. */
export function chat(ref) {
  if (!chats.has(ref)) chats.set(ref, { lines: new Map(), home: null, notices: [] });
  return chats.get(ref);
}

/** Keep a message; false when it is the very one we have (the replay after a reconnect). */
export function keep(message) {
  const { lines, home } = chat(message.to);
  const old = message.home ? home : lines.get(message.id);
  if (JSON.stringify(old) === JSON.stringify(message)) return false;
  if (message.home) chat(message.to).home = message;
  else lines.set(message.id, message);
  return true;
}

let own = 0;

/** Keep what a person typed, so that it stands in the chat as it would on the platform. */
export function keepOwn(ref, text, at) {
  const line = { id: `own-${(own += 1)}`, to: ref, own: true, text, at };
  chat(ref).lines.set(line.id, line);
  return line;
}

export const forgetChats = () => chats.clear();
