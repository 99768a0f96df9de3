/* A mark is drawn with its key, as being saved. Only the mark that the server sends makes it kept: without one the row
   goes back to what it was, and a summary says why. */
(function () {
  "use strict";
  var KINDS = { recommend: "d-yes", reserve: "d-hold", not_suitable: "d-no" };
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
    var before = mark.cloneNode(true), word = decision ? wordOf(decision) : box.dataset.undo;
    event.detail.requestConfig.act = {
      title: box.dataset.unkept.replace("{name}", name ? name.textContent : "").replace("{word}", word),
      /* Whether the server sent no mark in its place. */
      isUndone: function () {
        var isWaiting = mark.isConnected && mark.classList.contains("saving");
        if (isWaiting) { mark.parentNode.replaceChild(before, mark); }
        return isWaiting;
      }
    };
    if (decision !== null) { draw(mark, decision); }
  });
})();
