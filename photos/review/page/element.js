/** Elements, made without any markup as text. */

/** Makes an element; `role` and what has a hyphen are attributes, the rest are properties. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "role" || name.includes("-")) element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

/** The element of an id, which the page must have. */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`Cannot find element ${id} on this page`);
  return element;
}

/** Writes a text where it is another one: what is live would be read out again. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Says something to who does not see the page. */
export function say(text) {
  byId("said").textContent = text;
}
