/* A mark is drawn with its key, as being saved. Only the mark that the server sends makes it kept: without one the row
   goes back to what it was, and a summary says why. */
(function () {
  "use strict";
  var KINDS = { recommend: "d-yes", reserve: "d-hold", not_suitable: "d-no" };
  var saving = null;
  function one(selector, scope) { return (scope || document).querySelector(selector); }
  function made(name, text, className) {
    var element = document.createElement(name);
    element.textContent = text || "";
    if (className) { element.className = className; }
    return element;
  }

  function wordOf(decision) {
    var option = one('#decision option[value="' + decision + '"]');
    return option ? option.textContent : "";
  }
  function draw(mark, decision) {
    var button = decision === "not_suitable" ? one("#no summary") : one('.verbs [value="' + decision + '"]');
    var icon = button && one("svg", button), word = wordOf(decision);
    if (decision) {
      mark.className = "dec " + (KINDS[decision] || "d-other");
      while (mark.firstChild) { mark.removeChild(mark.firstChild); }
      if (icon) { mark.appendChild(icon.cloneNode(true)); }
      mark.appendChild(made("span", word, "vh"));
    }
    mark.classList.add("saving");
    mark.title = (word ? word + ": " : "") + one("#trouble").dataset.saving;
  }
  document.addEventListener("htmx:beforeRequest", function (event) {
    var form = event.detail.elt, box = one("#trouble"), data = event.detail.requestConfig.formData;
    if (!box || !form.matches || !form.matches(".verbs, .undo, #words form") || !data.get("person")) { return; }
    var mark = document.getElementById("m-" + data.get("person"));
    if (!mark) { return; }
    var decision = form.matches(".undo") ? "" : data.get("why") ? "not_suitable" : data.get("decision");
    var name = one('.row[data-id="' + data.get("person") + '"] .nm');
    saving = {
      mark: mark, before: mark.cloneNode(true), name: name ? name.textContent : "",
      word: decision ? wordOf(decision) : box.dataset.undo
    };
    if (decision !== null) { draw(mark, decision); }
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    var act = saving;
    saving = null;
    /* trouble.js, which listens after this, says what was not kept. */
    if (act && act.mark.isConnected && act.mark.classList.contains("saving")) {
      act.mark.parentNode.replaceChild(act.before, act.mark);
      event.detail.act = act;
    } else if (act && !event.detail.successful) {
      event.detail.act = act;
    }
  });
})();
