// The world's page: the report's world, with pictures to take away.

import { charts } from "./core.js";
import { state } from "./payload.js";
import { prepareWorld, updateWorld } from "./world.js";
import { preparePictures } from "./pictures.js";

state.unit = -1; // no country is chosen here
prepareWorld();
updateWorld();
preparePictures();
Promise.all(charts.values()).then(() => { document.body.dataset.drawn = "all"; });
