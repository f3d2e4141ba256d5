// @ts-check
/**
 * Passkeys as JSON: the server writes and reads bytes as base64url, browsers want buffers.
 * Options come as `{publicKey: …}`.
 */

/** @param {string} text @returns {ArrayBuffer} */
export function fromBase64(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0)).buffer;
}

/** @param {ArrayBuffer} buffer @returns {string} */
export function toBase64(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {any[]|undefined} listed */
const descriptors = (listed) => (listed ?? []).map((one) => ({ ...one, id: fromBase64(one.id) }));

/**
 * Makes a passkey. With `alone` it must be one that can sign in without a password.
 * @param {any} options @param {boolean} alone
 */
export async function create(options, alone) {
  const asked = options.publicKey;
  const selection = { ...asked.authenticatorSelection, residentKey: alone ? "required" : "discouraged", requireResidentKey: alone };
  if (alone) selection.userVerification = "required";
  const made = await navigator.credentials.create({
    publicKey: {
      ...asked,
      challenge: fromBase64(asked.challenge),
      user: { ...asked.user, id: fromBase64(asked.user.id) },
      excludeCredentials: descriptors(asked.excludeCredentials),
      authenticatorSelection: selection,
    },
  });
  return written(/** @type {PublicKeyCredential} */ (made));
}

/** Answers a challenge with a passkey. @param {any} options */
export async function get(options) {
  const asked = options.publicKey;
  const given = await navigator.credentials.get({
    publicKey: { ...asked, challenge: fromBase64(asked.challenge), allowCredentials: descriptors(asked.allowCredentials) },
  });
  return written(/** @type {PublicKeyCredential} */ (given));
}

/** @param {PublicKeyCredential} credential */
function written(credential) {
  const response = /** @type {any} */ (credential.response);
  /** @type {Record<string, unknown>} */
  const answer = { clientDataJSON: toBase64(response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[part]) answer[part] = toBase64(response[part]);
  }
  if (response.getTransports) answer.transports = response.getTransports();
  return {
    type: credential.type,
    id: credential.id,
    rawId: toBase64(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    response: answer,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}
