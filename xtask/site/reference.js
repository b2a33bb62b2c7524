// Shows the contract of the page by Redoc, and mends what a screen reader would stumble over.

const place = document.getElementById("reference");
const contract = JSON.parse(document.getElementById("contract").textContent);
const options = {
  hideDownloadButton: true,
  nativeScrollbars: true,
  showExtensions: ["x-confidence", "x-evidence"],
  theme: { colors: { primary: { main: "#12314e" }, text: { secondary: "#555" } } },
};

// Sections stand below headings of the second level; Redoc writes those of the fifth.
function mend() {
  for (const heading of place.querySelectorAll("h5:not([role])")) {
    heading.setAttribute("role", "heading");
    heading.setAttribute("aria-level", "3");
  }
  // Samples scroll; whoever has no mouse needs the focus there.
  for (const sample of place.querySelectorAll("pre:not([tabindex])")) {
    sample.setAttribute("tabindex", "0");
  }
}

Redoc.init(contract, options, place, (error) => {
  if (error) {
    throw error;
  }
  mend();
  new MutationObserver(mend).observe(place, { childList: true, subtree: true });
  place.dataset.ready = "true";
});
