// An account's page: what is selected in the text becomes a claim's text.

const article = document.getElementById("article");
const button = document.getElementById("take-selection");
const field = document.getElementById("claim-text");

function selected() {
  const selection = document.getSelection();
  return selection && selection.rangeCount && article.contains(selection.getRangeAt(0).commonAncestorContainer) ? selection.toString().trim() : "";
}

let last = "";

document.addEventListener("selectionchange", () => {
  last = selected() || last;
  button.hidden = !last;
});
button.addEventListener("click", () => {
  field.value = last;
  field.focus();
});
