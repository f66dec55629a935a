/* Progressive comforts: every page works without this file. */
"use strict";

(() => {
    const dialog = () => document.getElementById("confirm-dialog");

    // One question for every form or button with data-confirm; the answer goes on with what was pressed.
    function ask(sentence, goOn) {
        const box = dialog();
        if (!box || !box.showModal) return goOn();
        box.querySelector("[data-confirm-text]").textContent = sentence;
        box.querySelector("[data-confirm-yes]").onclick = () => { box.close(); goOn(); };
        box.querySelector("[data-confirm-no]").onclick = () => box.close();
        box.showModal();
    }

    const questionOf = (form, button) => (button && button.dataset.confirm) || form.dataset.confirm;

    document.addEventListener("submit", (event) => {
        const form = event.target;
        if (form.matches("[data-autosave].htmx-request")) {
            event.preventDefault();
            event.stopImmediatePropagation();
            return afterSaving(form, event.submitter);
        }
        const question = questionOf(form, event.submitter);
        if (question && form.dataset.confirmed !== "yes") {
            event.preventDefault();
            event.stopImmediatePropagation();
            return ask(question, () => {
                form.dataset.confirmed = "yes";
                form.requestSubmit(event.submitter || undefined);
                delete form.dataset.confirmed;
            });
        }
        holdSecondSubmit(event, form);
    }, true);

    // What saves itself this moment is saved first: sent beside it, the form would be told of a change it made itself.
    function afterSaving(form, button) {
        form.addEventListener("htmx:afterRequest", () => setTimeout(() => form.requestSubmit(button)), { once: true });
    }

    // A double click sends one request; the server refuses the second anyway, this only spares the message.
    function holdSecondSubmit(event, form) {
        if (form.method.toLowerCase() !== "post" || form.hasAttribute("data-repeatable")) return;
        if (form.dataset.sent === "yes") return event.preventDefault(), event.stopImmediatePropagation();
        form.dataset.sent = "yes";
        if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
        setTimeout(() => release(form), 8000);
    }

    function release(form) {
        delete form.dataset.sent;
        form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
    }

    window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
    document.addEventListener("htmx:afterRequest", (event) => {
        const form = event.target.closest && event.target.closest("form");
        if (form) release(form);
    });

    // Dragging a file over the field shows that it may be dropped there.
    ["dragenter", "dragover", "dragleave", "drop"].forEach((name) => document.addEventListener(name, (event) => {
        if (event.target.matches && event.target.matches("input[type=file]"))
            event.target.classList.toggle("is-dragged", name === "dragenter" || name === "dragover");
    }));

    // A data-dropzone takes what is dropped anywhere on it into its file field, and says what was chosen.
    const zoneOf = (event) => event.target.closest && event.target.closest("[data-dropzone]");
    ["dragenter", "dragover", "dragleave", "drop"].forEach((name) => document.addEventListener(name, (event) => {
        const zone = zoneOf(event);
        if (!zone) return;
        event.preventDefault();
        zone.classList.toggle("is-dragged", name === "dragenter" || name === "dragover");
        if (name !== "drop" || !event.dataTransfer.files.length) return;
        const field = zone.querySelector("input[type=file]");
        field.files = event.dataTransfer.files;
        field.dispatchEvent(new Event("change", { bubbles: true }));
    }));
    document.addEventListener("change", (event) => {
        const zone = event.target.matches("input[type=file]") && zoneOf(event);
        const line = zone && zone.querySelector("p");
        if (!line) return;
        line.setAttribute("role", "status");
        line.textContent = `${zone.dataset.dropped} ${[...event.target.files].map((file) => file.name).join(", ")}`;
    });

    // A bar shows how far an upload has come.
    document.addEventListener("htmx:xhr:progress", (event) => {
        const zone = zoneOf(event), bar = zone && zone.querySelector("progress");
        if (!bar || !event.detail.lengthComputable) return;
        bar.hidden = false;
        bar.value = 100 * event.detail.loaded / event.detail.total;
    });

    // A select or search field with data-autosubmit filters at once; its button stays for everybody else.
    document.addEventListener("change", (event) => {
        if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
    });

    // Menus close with Escape and when one clicks elsewhere.
    const openMenus = () => document.querySelectorAll("details[data-menu][open]");
    document.addEventListener("click", (event) => openMenus().forEach((menu) => {
        if (!menu.contains(event.target)) menu.open = false;
    }));
    document.addEventListener("keydown", (event) => {
        if (event.key === "Escape") openMenus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
    });

    // A form that saves by itself shows when something typed is not saved yet, or could not be.
    const savesItself = (element) => element.closest && element.closest("form[data-autosave]");
    document.addEventListener("input", (event) => {
        const form = savesItself(event.target);
        if (form) form.classList.add("is-unsaved"), delete form.dataset.saving;
    });
    document.addEventListener("htmx:beforeRequest", (event) => {
        if (savesItself(event.target)) event.target.dataset.saving = "yes";
    });
    document.addEventListener("htmx:beforeSwap", (event) => {
        const form = savesItself(event.detail.target);
        if (form && form.dataset.saving) form.classList.remove("is-unsaved");
    });

    // After an exchange the focus goes where the new part asks for it, so that keyboard and screen reader follow.
    function focusIn(part) {
        const target = part.querySelector && part.querySelector("[data-focus]");
        if (target) target.focus();
    }
    document.addEventListener("htmx:afterSwap", (event) => focusIn(event.detail.target || event.target));
    document.addEventListener("htmx:sendError", () => tell("data-offline"));
    document.addEventListener("htmx:responseError", (event) => tell("data-failed", event.detail.xhr.getResponseHeader("X-Reference")));

    // Words come from the page (they are translated there), never from this file.
    function tell(name, reference) {
        const words = document.getElementById("messages").getAttribute(name) + (reference ? ` [${reference}]` : "");
        const line = document.createElement("p");
        line.className = "kern-body page-problem";
        line.textContent = words;
        document.getElementById("messages").replaceChildren(line);
    }

    // On a phone the tabs are wider than the screen: the one that is open is brought into view.
    document.querySelectorAll(".company-pages [aria-current]").forEach((tab) => tab.scrollIntoView({ block: "nearest", inline: "center" }));

    focusIn(document);
})();
