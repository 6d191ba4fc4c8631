// Keeping the keyboard where it was while things change, and moving nothing for those who ask so.

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

const controls = (node) => [...node.querySelectorAll("button,select,input,summary")];

/** Which button had the keyboard before its message was drawn anew, by its place. */
export function focusIn(node) {
  const { activeElement } = document;
  if (!node.contains(activeElement)) return null;
  return { place: controls(node).indexOf(activeElement), text: activeElement.textContent };
}

/** Give the keyboard back to the same button if it is still there, otherwise to the message. */
export function giveFocus(node, focus) {
  if (!focus) return;
  const same = controls(node)[focus.place];
  if (same && same.textContent === focus.text) same.focus({ preventScroll: true });
  else node.focus({ preventScroll: true });
}
