// @ts-check
/**
 * Forms with `data-passkey` ask the browser for a passkey first, and then send what it gave:
 * `add` makes one, `confirm` answers the page's challenge, `sign-in` fetches a challenge to answer.
 */
import { create, get } from "./credentials.js";

const ADDRESS = /^(\d+\.){3}\d+$|^\[/;

/** @returns {string} why there can be no passkey here, empty where there can */
function obstacle() {
  if (ADDRESS.test(location.hostname)) return `Passkeys work only where the site has a name: open it at ${location.protocol}//localhost:${location.port} instead.`;
  if (!window.isSecureContext) return "Passkeys work only over https.";
  return "credentials" in navigator && "PublicKeyCredential" in window ? "" : "This browser knows no passkeys.";
}

/** @param {unknown} error @returns {string} */
function reason(error) {
  const name = error instanceof Error ? error.name : "";
  if (name === "InvalidStateError") return "This device has a passkey for your account already.";
  if (name === "NotAllowedError") return "No passkey was used. Try again, or choose another way.";
  return "That did not work. Reload the page and try again.";
}

/** @param {HTMLFormElement} form */
async function ask(form) {
  if (form.dataset.passkey === "sign-in") {
    const answer = await fetch(form.dataset.ask ?? "", { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
    if (!answer.ok) throw new Error("no challenge");
    return get((await answer.json()).request_options);
  }
  const options = JSON.parse(document.getElementById(form.dataset.options ?? "")?.textContent ?? "{}");
  if (form.dataset.passkey === "confirm") return get(options);
  const alone = form.querySelector("[name=passwordless]");
  return create(options, alone instanceof HTMLInputElement && alone.checked);
}

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-passkey]"))) {
  const problem = /** @type {HTMLElement} */ (form.querySelector("[data-passkey-problem]"));
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button[type=submit]"));
  const say = (/** @type {string} */ words) => {
    problem.textContent = words;
    problem.hidden = !words;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    say(obstacle());
    if (obstacle()) return;
    button.disabled = true;
    try {
      const credential = await ask(form);
      /** @type {HTMLInputElement} */ (form.querySelector("[name=credential]")).value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      say(reason(error));
      button.disabled = false;
    }
  });
}
