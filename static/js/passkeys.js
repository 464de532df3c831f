// A form that asks the browser for a passkey, and sends what it answers. Without scripts it stays hidden.

const WORDS = {
  NotAllowedError: "No passkey was used. Try again, or take another way.",
  InvalidStateError: "This device has a passkey of this account already.",
  SecurityError: "Passkeys work at this site's own address alone.",
};
const OLD = "This browser is too old for passkeys here. Take another way.";
const OTHER = "The passkey could not be used. Try again, or take another way.";

const asked = async (form) => {
  const { options } = form.dataset;
  if (options) return JSON.parse(document.getElementById(options).textContent);
  return (await fetch(form.action, { headers: { Accept: "application/json" } })).json();
};

const answer = async (form) => {
  const { creation_options: created, request_options: requested } = await asked(form);
  return form.dataset.passkey === "create"
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(created.publicKey) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(requested.publicKey) });
};

const send = async (form) => {
  const words = form.querySelector("[data-passkey-error]");
  const button = form.querySelector("[type=submit]");
  words.textContent = "";
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
    words.textContent = OLD;
    return;
  }
  button.disabled = true;
  try {
    form.elements.credential.value = JSON.stringify((await answer(form)).toJSON());
    form.submit();
  } catch (error) {
    words.textContent = WORDS[error.name] ?? OTHER;
    button.disabled = false;
  }
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}
