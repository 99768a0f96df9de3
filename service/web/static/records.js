/* Small comforts of lists and forms; everything works without them. Works on Chromium 83. */
(function () {
  "use strict";
  document.body.classList.add("scripted");

  /* A menu closes when something else is pressed, or with Escape. */
  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (menu !== except) { menu.open = false; }
    });
  }
  document.addEventListener("click", function (event) { closeMenus(event.target.closest("details.menu")); });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    var open = document.querySelector("details.menu[open]");
    if (open) { closeMenus(); open.querySelector("summary").focus(); }
  });
})();
