/* A mark is drawn with its key, as being saved. Only the mark that the server sends makes it kept: without one the row
   goes back to what it was, and a summary says why, and what of the keys typed meanwhile was not carried out. */
(function () {
  "use strict";
  var KINDS = { recommend: "d-yes", reserve: "d-hold", not_suitable: "d-no" };
  var saving = null, pressed = null, nDropped = 0;
  function one(selector, scope) { return (scope || document).querySelector(selector); }
  function made(name, text, className) {
    var element = document.createElement(name);
    element.textContent = text || "";
    if (className) { element.className = className; }
    return element;
  }
  document.addEventListener("click", function (event) { pressed = event.target.closest("button"); }, true);
  document.addEventListener("talentpool:dropped", function (event) { nDropped = event.detail; });

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
    nDropped = 0;
    if (box) { box.hidden = true; }
    if (!box || !form.matches || !form.matches(".verbs, .undo, #words form") || !data.get("person")) { return; }
    var mark = document.getElementById("m-" + data.get("person"));
    if (!mark) { return; }
    var decision = form.matches(".undo") ? "" : data.get("why") ? "not_suitable" : data.get("decision");
    var name = one('.row[data-id="' + data.get("person") + '"] .nm');
    saving = {
      mark: mark, before: mark.cloneNode(true), name: name ? name.textContent : "",
      word: decision ? wordOf(decision) : box.dataset.undo,
      button: pressed && form.contains(pressed) ? pressed : null
    };
    if (decision !== null) { draw(mark, decision); }
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    var act = saving, xhr = event.detail.xhr;
    saving = null;
    if (act && act.mark.isConnected && act.mark.classList.contains("saving")) {
      act.mark.parentNode.replaceChild(act.before, act.mark);
    } else if (event.detail.successful) { return; }
    var summary = one("#esum");
    if (xhr.status === 409 || xhr.status === 422) { addDropped(summary); return; }
    tell(act, xhr);
  });
  function addDropped(box) {
    if (box && nDropped) { box.appendChild(made("p", one("#trouble").dataset.dropped.replace("{n}", nDropped))); }
  }
  function tell(act, xhr) {
    var box = one("#trouble"), acts = made("div", "", "acts");
    if (!box) { return; }
    while (box.firstChild) { box.removeChild(box.firstChild); }
    box.appendChild(made("h2", act ? box.dataset.unkept.replace("{name}", act.name).replace("{word}", act.word) : box.dataset.failed));
    box.appendChild(made("p", reason(box, xhr)));
    addDropped(box);
    var door = xhr.getResponseHeader && xhr.getResponseHeader("Sign-In-At");
    if (door) {
      var link = made("a", box.dataset.door, "btn main");
      link.href = door;
      acts.appendChild(link);
    } else if (act && act.button) {
      var again = made("button", box.dataset.again, "btn main");
      again.type = "button";
      again.addEventListener("click", function () { if (act.button.isConnected) { act.button.click(); } });
      acts.appendChild(again);
    }
    box.appendChild(acts);
    box.hidden = false;
    box.focus();
  }
  /* A page that refuses says why in its first heading. */
  function reason(box, xhr) {
    if (!xhr.status) { return box.dataset.net; }
    if (xhr.status === 401) { return xhr.getResponseHeader("Draft-Kept") === "yes" ? box.dataset.ended : box.dataset.closed; }
    var page = new DOMParser().parseFromString(xhr.responseText || "", "text/html"), heading = one("h1", page.body);
    return (heading && xhr.status >= 400 ? heading.textContent + " " : "") + box.dataset.refused;
  }
})();
