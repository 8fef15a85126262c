// Tells Emscripten that these functions are given by the script that calls the module: see apps/web/package/laq.js.
mergeInto(LibraryManager.library, { laq_web_progress: () => 1 });
