// Before the first paint, so that nothing flashes: the theme, density and keys that this browser has chosen.
try {
  const chosen = JSON.parse(localStorage.getItem("gaia.preferences") ?? "{}");
  if (chosen.theme === "light" || chosen.theme === "dark")
    document.documentElement.dataset.theme = chosen.theme;
  if (chosen.density === "compact") document.documentElement.dataset.density = "compact";
} catch {
  // Storage is off: the system's theme is shown.
}
