// Passkeys: before a form with data-passkey is sent, the browser is asked for a credential.
// Without this file, or when the browser refuses, the form is sent without one: the server says why.
"use strict";

async function ask(form) {
  const answer = await fetch(form.dataset.options, { redirect: "manual" });
  if (!answer.ok) return "";
  const options = await answer.json();
  const kind = window.PublicKeyCredential;
  const credential = form.dataset.passkey === "create"
    ? await navigator.credentials.create({ publicKey: kind.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: kind.parseRequestOptionsFromJSON(options) });
  return JSON.stringify(credential.toJSON());
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.passkey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  try {
    form.elements.credential.value = await ask(form);
  } catch (error) {
    form.elements.refused.value = error.name;
  }
  form.submit();
}, true);
