/* The review desk: digits inside the open list of reasons, ticks, what an answer brings. */
(function () {
  "use strict";
  function one(selector, scope) { return (scope || document).querySelector(selector); }
  document.addEventListener("talentpool:key", function (event) {
    var tick = event.detail === "x" && one(".row.cur .tick input");
    if (tick && !tick.disabled) { tick.checked = !tick.checked; ticks(); }
  });
  /* More than four are not compared, fewer than two neither. */
  function ticks() {
    var list = one("#picks"), n = list ? list.querySelectorAll(".tick input:checked").length : 0;
    if (!list) { return; }
    list.classList.add("scripted");
    list.classList.toggle("has-ticks", n > 0);
    list.querySelectorAll(".tick input").forEach(function (box) {
      if (!box.checked) { box.disabled = n >= 4 || box.hasAttribute("data-none"); }
    });
    var button = one("[data-key=c]", list);
    if (button) { button.disabled = n < 2; }
  }
  document.addEventListener("change", function (event) { if (event.target.closest(".tick")) { ticks(); } });
  ticks();
  document.addEventListener("click", function (event) {
    var undo = event.target.closest("[data-undo]") && one("[data-key=u]");
    if (undo) { undo.click(); return; }
    var menu = one(".menu[open]");
    if (menu && !menu.contains(event.target)) { menu.open = false; }
    var open = one("#no[open]");
    if (open && !open.contains(event.target)) { open.open = false; }
  });
  document.addEventListener("keydown", function (event) {
    var open = one("#no[open]") || one(".menu[open]");
    if (event.key === "Escape" && open) { open.open = false; one("summary", open).focus(); }
  });
  document.addEventListener("htmx:beforeRequest", function () {
    var toast = one("#toast");
    if (toast) { toast.textContent = ""; }
  });
  document.addEventListener("input", function (event) {
    var label = event.target.type === "range" && event.target.closest(".wipanel label");
    if (label) { one("output", label).textContent = event.target.value + "%"; }
  });
  /* Words that were begun and not sent stay with their person while one walks on: in this page only, never in storage. */
  var begun = {};
  function words() { return one("#words form"); }
  function written(form) {
    return {
      decision: form.elements.decision.value, reason: form.elements.reason.value,
      codes: Array.prototype.filter.call(form.querySelectorAll("[name=reason_codes]"), function (box) { return box.checked; })
        .map(function (box) { return box.value; })
    };
  }
  document.addEventListener("input", function (event) {
    var form = event.target.closest("#words form"), detail = one("#detail");
    if (!form || !detail) { return; }
    begun[detail.dataset.id] = written(form);
    if (!form.elements.reason.value.trim()) { delete begun[detail.dataset.id]; }
  });
  function restore(detail) {
    var form = words(), kept = form && !one("#esum") && begun[detail.dataset.id];
    if (!kept) { return; }
    form.elements.decision.value = kept.decision;
    form.elements.reason.value = kept.reason;
    form.querySelectorAll("[name=reason_codes]").forEach(function (box) { box.checked = kept.codes.indexOf(box.value) >= 0; });
    one("#words").open = true;
  }
  /* Kept by the server, as an opinion or as a draft: nothing is left to be lost. */
  document.addEventListener("htmx:afterRequest", function (event) {
    var xhr = event.detail.xhr, sent = event.detail.requestConfig.formData;
    if (!sent || !sent.get("reason")) { return; }
    if (event.detail.successful || xhr.getResponseHeader("Draft-Kept") === "yes") {
      Object.keys(begun).forEach(function (id) { if (begun[id].reason === sent.get("reason")) { delete begun[id]; } });
    }
  });
  window.addEventListener("beforeunload", function (event) {
    if (Object.keys(begun).length) { event.preventDefault(); event.returnValue = ""; }
  });
  var fading;
  document.addEventListener("htmx:oobAfterSwap", function (event) {
    if (event.detail.target.id !== "toast") { return; }
    clearTimeout(fading);
    fading = setTimeout(function () { one("#toast").textContent = ""; }, 6000);
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    if (!event.detail.elt || event.detail.elt.id !== "detail") { return; }
    var asked = one(".wipanel [name=person]");
    if (asked) { asked.value = event.detail.elt.dataset.id; }
    var summary = one("#esum") || (one("#words[open]") && one("#reason"));
    restore(event.detail.elt);  /* without the focus, so that the next key walks on */
    if (summary) { summary.focus(); }
  });

  /* A mark is drawn with its key, as being saved; only the mark that the server sends makes it kept. */
  var KINDS = { recommend: "d-yes", reserve: "d-hold", not_suitable: "d-no" };
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
