const answer = await fetch("api/v1/incidents");
const { incidents } = await answer.json();
for (const incident of incidents) {
  const line = document.createElement("p");
  line.textContent = incident.title;
  document.getElementById("main").append(line);
}
