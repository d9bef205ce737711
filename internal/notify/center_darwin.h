// What center_darwin.go and center_darwin.m say to each other. Texts are UTF-8 that
// the caller frees; what is returned is freed by whom it is returned to.

// dormerCenterHere says whether this process may use Apple's center: it has to be
// that of a bundle.
int dormerCenterHere(void);

// dormerCenterListen has clicks told to dormerNoticeClicked.
void dormerCenterListen(void);

// dormerCenterMayShow asks whether notices may be shown, and a person once whether
// they may. It gives NULL for yes, an empty text for no, else what is wrong.
char *dormerCenterMayShow(void);

// dormerCenterShow shows a notice in place of one with the same key, and takes back
// those with the keys of instead. It gives NULL, or what is wrong.
char *dormerCenterShow(const char *key, const char *title, const char *body, int sound, int urgent,
	const char **actions, const char **labels, int buttons, const char **instead, int obsolete);
