// What can be chosen, by name: each takes a text out of the link, and returns what is meant, or else the standard.

const { images, methods } = page;
const hasLabels = images.some((image) => image.label !== null);
const hasChances = images.some((image) => image.top.length > 0);
const isWrong = (image) => image.label !== null && image.predicted !== null && image.label !== image.predicted;
const chance = (image) => image.top[0]?.[1] ?? 0;

const ORDERS = {
  given: { title: "as given" },
  wrong: { title: "wrong ones first", offered: hasLabels && hasChances,
    before: (a, b) => isWrong(b) - isWrong(a) || (isWrong(a) ? chance(b) - chance(a) : 0) },
  unsure: { title: "least sure first", offered: hasChances, before: (a, b) => chance(a) - chance(b) },
};

/** Images beyond those that the page carries a photograph of, numbered on from these: some kinds of pages have them. */
const others = { count: 0, image: () => undefined, data: () => undefined };
const imageOf = (index) => images[index] ?? others.image(index - images.length);

const choices = {
  image: (text) => (text !== null && isImage(Number(text)) ? Number(text) : null), // null: the first in the order
  method: (text) => (methods.some(({ key }) => key === text) ? text : methods[0].key),
  class: (text) => (Object.hasOwn(page.class_names, text ?? "") ? text : ""),
  sort: (text) => (Object.hasOwn(ORDERS, text ?? "") && ORDERS[text].offered !== false ? text : "given"),
  scale: (text) => (text === "all" ? "all" : "image"),
  group: (text) => (text !== null && text !== "" && Number(text) in page.groups ? Number(text) : null),
  opacity: (text) => (text === null || !(text >= 0 && text <= 100) ? 100 : Number(text)),
  frame: (text) => (/^\d{1,6}$/.test(text ?? "") ? Number(text) : null), // null: the one that counts most
  target: (text) => (Object.hasOwn(page.class_names, text ?? "") ? Number(text) : null),
};

const isImage = (number) => Number.isInteger(number) && number >= 0 && number < images.length + others.count;

/** What of them says which images are listed, and in which order. */
const listing = new Set(["class", "sort", "group"]);

/** What is stepped through, by view: its images in their order, and how many of them stand in a line. */
const walks = { examples: { images: () => shownImages(), columns: () => columns() } };
