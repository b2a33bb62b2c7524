// Mends what a screen reader would stumble over in mdBook's pages.

// The sidebar is switched by a label, which has no role and no key.
const label = document.getElementById("mdbook-sidebar-toggle");
const state = document.getElementById("mdbook-sidebar-toggle-anchor");
if (label && state) {
  const button = document.createElement("button");
  button.id = label.id;
  button.className = label.className;
  button.type = "button";
  button.title = label.title;
  button.setAttribute("aria-label", label.title);
  button.setAttribute("aria-controls", "mdbook-sidebar");
  button.append(...label.childNodes);
  const show = () => button.setAttribute("aria-expanded", String(state.checked));
  button.addEventListener("click", () => state.click());
  state.addEventListener("change", show);
  show();
  label.replaceWith(button);
}
document.getElementById("mdbook-menu-bar")?.setAttribute("role", "banner");
// Long lines scroll; whoever has no mouse needs the focus there.
for (const code of document.querySelectorAll("pre code")) {
  code.setAttribute("tabindex", "0");
}
