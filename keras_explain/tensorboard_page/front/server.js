// Whom the page asks in TensorBoard: the server.

const traffic = { bytes: 0, requests: 0 };

async function ask(path, query) {
  const answer = await fetch(`${path}?${new URLSearchParams(query)}`);
  const bytes = await answer.arrayBuffer();
  traffic.bytes += bytes.byteLength;
  traffic.requests += 1;
  if (!answer.ok) throw new Error(new TextDecoder().decode(bytes));
  return bytes;
}

const pictureAddress = (query) => `picture?${new URLSearchParams(query)}`;
const silent = "TensorBoard doesn't answer";
