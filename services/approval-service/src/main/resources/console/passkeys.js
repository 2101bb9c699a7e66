"use strict";
// What passkeys need a script for. What is signed comes from the server, which verifies it with everybody after it.
(() => {
  const able = () => window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;

  const complain = (error) => {
    const place = document.getElementById("passkey-problem");
    if (!place) return;
    place.textContent = error.name === "NotAllowedError" ? "The passkey was not used. Nothing was sent; try again."
      : error.name === "InvalidStateError" ? "This device has a passkey of yours already."
      : "The passkey could not be used: " + error.message;
    place.hidden = false;
  };

  const ask = async (path, form, submitter) => {
    const fields = new URLSearchParams(new FormData(form, submitter));
    const answer = await fetch(path, {method: "POST", body: fields, credentials: "same-origin"});
    if (!answer.ok) throw new Error("the server answered " + answer.status + ". Load the page again.");
    return answer.json();
  };

  const put = (form, name, value) => { form.elements.namedItem(name).value = value; };

  const putAssertion = (form, credential) => {
    put(form, "credential_id", credential.id);
    put(form, "authenticator_data", credential.response.authenticatorData);
    put(form, "client_data", credential.response.clientDataJSON);
    put(form, "signature", credential.response.signature);
  };

  const get = async (options) => {
    const made = await navigator.credentials.get({publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options)});
    return made.toJSON();
  };

  // A form is sent once what it waits for is in it.
  const hold = (form, wanted, fill) => {
    let ready = null;
    let busy = false;
    form.addEventListener("submit", async (event) => {
      const submitter = event.submitter;
      if (ready === submitter && ready !== null) { ready = null; return; }
      if (!wanted(submitter)) return;
      event.preventDefault();
      // It is not sent yet: whoever counts what was sent must not hear of it.
      event.stopPropagation();
      if (busy) return;
      if (!able()) { complain(new Error("this browser has none.")); return; }
      busy = true;
      try {
        await fill(form, submitter);
        ready = submitter;
        form.requestSubmit(submitter);
      } catch (error) {
        complain(error);
      }
      busy = false;
    });
  };

  const making = document.getElementById("make-key");
  if (making) {
    hold(making, () => true, async (form, submitter) => {
      const options = await ask("/console/keys/options", form, submitter);
      const made = await navigator.credentials.create({publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options)});
      put(form, "credential", JSON.stringify(made.toJSON()));
    });
  }

  const signIn = document.getElementById("sign-in-passkey");
  if (signIn && able()) {
    signIn.hidden = false;
    hold(signIn, () => true, async (form, submitter) => {
      const options = await ask("/console/sign-in/challenge", form, submitter);
      put(form, "challenge", options.challenge);
      putAssertion(form, await get(options));
    });
  }

  // The decision's form is replaced whenever somebody else answers: it is looked for anew each time.
  const signed = new WeakSet();
  const holdDecision = () => {
    const deciding = document.getElementById("decide");
    if (!deciding || signed.has(deciding)) return;
    signed.add(deciding);
    hold(deciding, (submitter) => submitter && submitter.dataset.sign, async (form, submitter) => {
      putAssertion(form, await get(await ask(submitter.dataset.sign, form, submitter)));
    });
  };
  holdDecision();
  document.body.addEventListener("htmx:afterSwap", holdDecision);
})();
