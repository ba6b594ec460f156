// The track record's page: the report's track record, with pictures to take away.

import { charts } from "./core.js";
import { prepareTrack } from "./track.js";
import { preparePictures } from "./pictures.js";

prepareTrack();
preparePictures();
Promise.all(charts.values()).then(() => { document.body.dataset.drawn = "all"; });
