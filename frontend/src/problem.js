// A problem that the service tells, shown in the language of the page.
export const Problem = (english) => async (error) => {
  let told;
  try {
    told = JSON.parse(error.text);
  } catch {
    return undefined;
  }
  if (!told?.message) return undefined;
  const box = document.createElement("div");
  box.className = "status not-met";
  box.setAttribute("role", "alert");
  const title = document.createElement("strong");
  title.textContent = english ? told.title : told.titleZh ?? told.title;
  const detail = document.createElement("p");
  detail.textContent = english ? told.message.en : told.message.zh;
  box.append(title, detail);
  return box;
};
