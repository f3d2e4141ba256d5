// @ts-check
/** An ended answer with its Markdown formatted: by the server, which lets no script or picture through. */

/** What only Markdown uses: headings, lists, quotes, tables and rules at a line's start; fences, emphasis, links. */
const SIGNS = /^ {0,3}(#{1,6} |[-*+] |\d+[.)] |> |\||```|~~~|---)|\*\*\S|`[^`\n]+`|(^|\s)[*_]\S[^*_\n]*[*_]|\]\(/m;

const LONGEST = 30_000;

export class Formatted {
  /** @param {HTMLElement} root @param {() => void} onCome */
  constructor(root, onCome) {
    this.root = root;
    this.onCome = onCome;
    /** The answer that was asked for, and the one that is here. */
    this.asked = "";
    this.here = "";
  }

  clear() {
    this.asked = this.here = "";
    this.root.replaceChildren();
  }

  /** Whether it can be shown now; if not, it is fetched where it would look otherwise than the text. @param {string} address @param {string} text */
  has(address, text) {
    if (this.here === address) return true;
    if (this.asked !== address && text.length <= LONGEST && SIGNS.test(text)) this.fetch(address);
    return false;
  }

  /** @param {string} address */
  async fetch(address) {
    this.asked = address;
    const answer = await fetch(`${address}formatted/`).catch(() => null);
    if (this.asked !== address || !answer?.ok) return;
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (this.asked !== address) return;
    this.root.replaceChildren(...found.body.childNodes);
    for (const wide of /** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll("pre, table"))) wide.tabIndex = 0;
    this.here = address;
    this.onCome();
  }
}
