/* Every action below is a real link or button on the page; the keys only press them. Works on Chromium 83. */
(function () {
  "use strict";
  var busy = false, queue = [], nDropped = 0, unread = null;
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
  function help() {
    var keys = one("#keys");
    if (keys && keys.showModal && !keys.open) { keys.showModal(); }
  }
  function isTyping(element) {
    return /^(TEXTAREA|SELECT)$/.test(element.tagName) ||
      (element.tagName === "INPUT" && !/^(checkbox|radio|range|submit|button)$/.test(element.type));
  }
  document.addEventListener("keydown", function (event) {
    /* Chinese input and the browser's own keys come first. */
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.altKey || event.metaKey) { return; }
    if (event.key === "Escape" && isTyping(event.target)) { event.target.blur(); return; }
    if (event.key === "Escape" && unread) { dismiss(); return; }
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
    if (key === "?") { help(); return; }
    if (key === "x") { document.dispatchEvent(new CustomEvent("talentpool:key", { detail: key })); return; }
    if (!/^[a-z0-9]$/.test(key)) { return; }
    if (busy) { queue.push(key); event.preventDefault(); return; }
    /* Typed in the flow before the refusal was read: it would take the words away and decide over them. */
    if (unread) { nDropped++; addDropped(); event.preventDefault(); return; }
    if (press(key)) { event.preventDefault(); }
  });

  /* Keys typed while a part of the page is on its way wait for it, so that none is lost or meant for another person. */
  document.addEventListener("htmx:beforeRequest", function () { busy = true; });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (!event.detail.successful) {
      nDropped += queue.length;
      busy = false; queue = [];
      return;
    }
    setTimeout(function () {
      busy = false;
      while (queue.length && !busy) { press(queue.shift()); }
    }, 0);
  });

  document.querySelectorAll("[data-help]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", help);
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

  /* What a part of a page could not do is said on the page, and nothing typed goes away. */
  var box = one("#trouble"), pressed = null, asked = null, closed = "";
  function made(name, text, className) {
    var element = document.createElement(name);
    element.textContent = text || "";
    if (className) { element.className = className; }
    return element;
  }
  /* Asked by the page itself: the focus stays where it is. */
  function isQuiet(element) { return Boolean(element.matches && element.matches("[hx-trigger]")); }
  function isPage(xhr) { return /^\s*<!doctype/i.test(xhr.responseText || ""); }

  document.addEventListener("click", function (event) { pressed = event.target.closest("button, a"); }, true);
  document.addEventListener("htmx:beforeRequest", function (event) {
    var element = event.detail.elt;
    if (!box || isQuiet(element)) { return; }
    nDropped = 0;
    unread = null;
    asked = pressed && element.contains(pressed) ? pressed : null;
    box.hidden = true;
  });
  /* A whole page that refuses has no place inside a part of this one. */
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.isError && isPage(event.detail.xhr)) { event.detail.shouldSwap = false; }
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    var detail = event.detail, xhr = detail.xhr, asking = detail.requestConfig, act = asking.act;
    var isUndone = act && act.isUndone(), isShown = xhr.status === 409 || xhr.status === 422;
    if (!box) { return; }
    if (detail.successful && !isUndone) {
      if (isQuiet(asking.elt) && unread !== box) { box.hidden = true; closed = ""; }
      return;
    }
    if (isShown && !isPage(xhr)) { if (!isQuiet(asking.elt)) { unread = one("#esum"); addDropped(); } return; }
    if (asking.elt.dataset.unkept) { unkept(asking.elt, xhr); }
    tell(asking, xhr);
  });

  function addDropped() {
    if (!unread || !nDropped) { return; }
    var line = one(".dropped", unread) || unread.appendChild(made("p", "", "dropped"));
    line.textContent = box.dataset.dropped.replace("{n}", nDropped);
  }
  function dismiss() {
    if (unread === box) { closed = box.dataset.said; box.hidden = true; } else { unread.remove(); }
    unread = null;
  }
  function isKept(xhr) { return xhr.status === 401 && xhr.getResponseHeader("Draft-Kept") === "yes"; }
  function title(asking, xhr) {
    if (asking.act) { return asking.act.title; }
    if (asking.elt.dataset.unkept) { return isKept(xhr) ? box.dataset.over : box.dataset.unsaved; }
    return asking.verb === "get" ? box.dataset.failed : box.dataset.unsaved;
  }
  /* A page that refuses says why in its first heading. */
  function reason(xhr) {
    if (!xhr.status) { return box.dataset.net; }
    if (xhr.status === 401) { return isKept(xhr) ? box.dataset.ended : box.dataset.closed; }
    var page = new DOMParser().parseFromString(xhr.responseText || "", "text/html"), heading = one("h1", page.body);
    return (heading && xhr.status >= 400 ? heading.textContent + " " : "") + box.dataset.refused;
  }
  function door(xhr) {
    var address = xhr.status === 401 && xhr.getResponseHeader("Sign-In-At");
    if (!address) { return null; }
    var link = made("a", box.dataset.door, "btn main");
    link.href = address;
    if (!isKept(xhr)) { link.target = "_blank"; link.rel = "noopener"; }
    return link;
  }
  function tell(asking, xhr) {
    var acts = made("div", "", "acts"), away = made("button", box.dataset.close, "btn"), again, button = asked;
    var quiet = isQuiet(asking.elt), said = title(asking, xhr) + reason(xhr), way = door(xhr);
    if (quiet && (said === closed || (!box.hidden && said === box.dataset.said))) { return; }
    box.dataset.said = said;
    while (box.firstChild) { box.removeChild(box.firstChild); }
    box.appendChild(made("h2", title(asking, xhr)));
    box.appendChild(made("p", reason(xhr)));
    if (!quiet) { unread = box; addDropped(); }
    if (way) {
      acts.appendChild(way);
    } else if (!quiet && button) {
      again = made("button", box.dataset.again, "btn main");
      again.type = "button";
      again.addEventListener("click", function () { if (button.isConnected) { button.click(); } });
      acts.appendChild(again);
    }
    away.type = "button";
    away.addEventListener("click", function () { unread = box; dismiss(); });
    acts.appendChild(away);
    box.appendChild(acts);
    box.hidden = false;
    if (!quiet) { box.focus(); }
  }
  function unkept(element, xhr) {
    var place = one("[data-kept]", element);
    if (!place) { return; }
    var line = one(".kept", place) || place.appendChild(made("p", "", "cap kept")), at = line.dataset.at;
    place.classList.remove("none");
    line.classList.add("unkept");
    line.textContent = isKept(xhr) ? box.dataset.ended
      : at ? element.dataset.unkept.replace("{moment}", at) : element.dataset.never;
  }

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
