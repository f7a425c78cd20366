import { user } from "@web/core/user";

// Screen readers pronounce, and browsers upper-case (i → İ), by this attribute.
if (user.lang) {
    document.documentElement.lang = user.lang;
}
