// Decodes, averages and encodes pictures; web_pictures.py calls it in a blank page. Bytes go to and fro as base64.

async function opened(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes]));
  return { image, canvas: new OffscreenCanvas(image.width, image.height) };
}

function textOf(blob) {
  const reader = new FileReader();
  const found = new Promise((done) => { reader.onload = () => done(reader.result.split(",")[1]); });
  reader.readAsDataURL(blob);
  return found;
}

/** The mean colour of each block of some pixels: rows, columns, three bytes for each block. */
window.blocks = async ([text, size]) => {
  const { image, canvas } = await opened(text);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(image, 0, 0);
  const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
  const across = Math.floor(canvas.width / size);
  const down = Math.floor(canvas.height / size);
  const sums = new Float64Array(across * down * 3);
  for (let y = 0; y < down * size; y += 1) {
    for (let x = 0; x < across * size; x += 1) {
      const from = (y * canvas.width + x) * 4;
      const to = (Math.floor(y / size) * across + Math.floor(x / size)) * 3;
      for (let channel = 0; channel < 3; channel += 1) sums[to + channel] += data[from + channel];
    }
  }
  const means = Uint8Array.from(sums, (sum) => Math.round(sum / (size * size)));
  return [down, across, await textOf(new Blob([means]))];
};

/** A picture at a part of its size, as WebP. */
window.small = async ([text, scale, quality]) => {
  const { image } = await opened(text);
  const canvas = new OffscreenCanvas(Math.floor(image.width / scale), Math.floor(image.height / scale));
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.drawImage(image, 0, 0, canvas.width * scale, canvas.height * scale, 0, 0, canvas.width, canvas.height);
  return textOf(await canvas.convertToBlob({ type: "image/webp", quality }));
};

/** A picture with some blocks painted over, as PNG. */
window.marked = async ([text, size, places]) => {
  const { image, canvas } = await opened(text);
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  pen.fillStyle = "rgb(255 0 128 / 45%)";
  for (const [row, column] of places) pen.fillRect(column * size, row * size, size, size);
  return textOf(await canvas.convertToBlob({ type: "image/png" }));
};
