// What is told of each class, and by which of it the table of classes is ordered.

const classes = readJson("audit_classes");
const CLASS_COLUMNS = [
  { key: null },
  { key: "name", title: "Class", least: true, className: "name" },
  { key: "images", title: "Images", kind: "count", about: "that show the class", goes: (label) => ({ label }) },
  { key: "accuracy", title: "Accuracy", kind: "share", least: true, about: "of these images; opens those that are taken for others",
    goes: (label) => ({ label, right: "wrong" }) },
  { key: "decided", title: "Decided", kind: "count", about: "images that are decided for the class", goes: (label) => ({ called: label }) },
  { key: "certainty", title: "Certainty", kind: "share", about: "mean probability" },
  { key: "concentration", title: "Concentration", kind: "share", about: "of maps, on average: 0 evenly spread, 1 on one place" },
  { key: "inside", title: "Inside", kind: "share", least: true, about: "mean share of maps in their regions" },
  { key: "pointing", title: "Points in", kind: "share", least: true, about: "share of maps whose peak is in the region" },
  { key: "holds", title: "Holds", kind: "share", least: true, about: "share of maps of which hiding what they mark counts" },
  { key: "found", title: "In findings", kind: "count", about: "images that a finding names" },
].filter(({ key }) => key === null || classes.some((one) => one[key] !== null && one[key] !== undefined));

choices.classes = order(CLASS_COLUMNS.flatMap(({ key }) => key ?? []));
