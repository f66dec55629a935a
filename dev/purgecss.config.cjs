// Which of KERN's rules stay: every component in every state, and of its utility classes those that are used.
// Component classes are kept whole because templates put them together (`kern-badge--{{ kind }}`).
const components = [
  "accordion", "alert", "badge", "body", "btn", "card", "container", "description-list", "dialog", "divider",
  "error", "fieldset", "form", "heading", "hint", "label", "layer", "level", "link", "list", "loader", "number", "preline",
  "progress", "sr-only", "subline", "summary", "table", "task-list", "title",
];

module.exports = {
  css: ["node_modules/@kern-ux/native/dist/kern.min.css"],
  content: ["templates/**/*.html", "static/js/*.js"],
  // `icon="add"` in an include is the use of the class `kern-icon--add`.
  defaultExtractor: (text) => {
    const words = text.match(/[A-Za-z0-9_-]+/g) || [];
    return words.concat(words.map((word) => `kern-icon--${word}`));
  },
  safelist: {
    standard: [/^kern-icon(--(default|small|large|x-large|info|success|warning|danger))?$/],
    deep: [new RegExp(`^kern-(${components.join("|")})(?![a-z])`)],
    greedy: [/:root/],
  },
  keyframes: true,
};
