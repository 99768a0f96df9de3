/* Every action below is a real link or button on the page; the keys only press them. Works on Chromium 83. */
(function () {
  "use strict";
  var busy = false, queue = [];
  function one(selector, scope) { return (scope || document).querySelector(selector); }

  /* A digit presses only what stands in an open list of choices. */
  function press(key) {
    var scope = /^[0-9]$/.test(key) ? one("details[open] .pop") : document;
    var target = scope && one('[data-key="' + key + '"]', scope);
    if (!target || target.getAttribute("aria-disabled") === "true") { return false; }
    target.click();
    if (target.tagName === "SUMMARY" && target.parentNode.open) {
      var first = one(".pick, select, textarea", target.parentNode);
      if (first) { first.focus(); }
    }
    return true;
  }
  function isTyping(element) {
    return /^(TEXTAREA|SELECT)$/.test(element.tagName) ||
      (element.tagName === "INPUT" && !/^(checkbox|radio|range|submit|button)$/.test(element.type));
  }
  document.addEventListener("keydown", function (event) {
    /* Chinese input and the browser's own keys come first. */
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.altKey || event.metaKey) { return; }
    if (event.key === "Escape" && isTyping(event.target)) { event.target.blur(); return; }
    if (isTyping(event.target) || event.key.length !== 1) { return; }
    var key = event.key.toLowerCase();
    /* A key held down acts once, else it would decide on whoever comes next; only walking goes on. With Shift a letter is
       no key of ours, with Caps Lock it is the same key as without. */
    if (event.repeat && key !== "j" && key !== "k") { event.preventDefault(); return; }
    if (event.shiftKey && /^[a-z]$/.test(key)) { return; }
    if (key === "/") {
      var field = one("#q");
      if (field) { field.form.classList.add("called"); field.focus(); event.preventDefault(); }
      return;
    }
    if (document.body.dataset.keys === "off" || one("dialog[open]")) { return; }
    if (key === "?" || key === "x") { document.dispatchEvent(new CustomEvent("talentpool:key", { detail: key })); return; }
    if (!/^[a-z0-9]$/.test(key)) { return; }
    if (busy) { queue.push(key); event.preventDefault(); return; }
    if (press(key)) { event.preventDefault(); }
  });

  /* Keys typed while a part of the page is on its way wait for it, so that none is lost or meant for another person. */
  document.addEventListener("htmx:beforeRequest", function () { busy = true; });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (!event.detail.successful) {
      document.dispatchEvent(new CustomEvent("talentpool:dropped", { detail: queue.length }));
      busy = false; queue = [];
      return;
    }
    setTimeout(function () {
      busy = false;
      while (queue.length && !busy) { press(queue.shift()); }
    }, 0);
  });

  document.addEventListener("click", function (event) {
    /* Back to where one is now: parts of the page have moved on since these links were written. */
    var back = event.target.closest(".lang a, #keys a");
    if (back) { back.href = back.href.replace(/next=.*/, "next=" + encodeURIComponent(location.pathname + location.search)); }
    var row = event.target.closest(".row");
    if (row && !event.target.closest("a, button, input, label")) { one(".who", row).click(); }
  });
  /* Only the row that was open and the one that is: a list has many, and each part of an answer settles. */
  document.addEventListener("htmx:afterSettle", function (event) {
    var detail = event.target.id === "detail" ? event.target : event.target.id === "rank" && one("#detail");
    if (!detail) { return; }
    document.querySelectorAll(".row.cur").forEach(function (row) {
      row.classList.remove("cur");
      one(".who", row).removeAttribute("aria-current");
    });
    var row = one('.row[data-id="' + detail.dataset.id + '"]');
    if (!row) { return; }
    row.classList.add("cur");
    one(".who", row).setAttribute("aria-current", "true");
    row.scrollIntoView({ block: "nearest" });
  });

  /* A narrow window shows the search only while it is asked for. */
  document.addEventListener("focusout", function (event) {
    if (event.target.id === "q") { event.target.form.classList.remove("called"); }
  });
  document.addEventListener("click", function (event) {
    var more = one(".more[open]");
    if (more && !more.contains(event.target)) { more.open = false; }
  });

  /* On a narrow window the place where one is may stand beyond the edge of the bar. */
  var here = one(".nav > a[aria-current], .nav > .cur");
  if (here) { here.parentNode.scrollLeft = here.offsetLeft - here.parentNode.offsetLeft - 14; }

  /* The error summary gets the focus, as on paper the eye goes to the red line first. */
  var summary = one("#esum");
  if (summary) { summary.focus(); }
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
})();
