// An unpatched wkhtmltopdf neither repeats a table's header nor keeps a row whole.
// So tables of class "paged" are divided here, one table a page, and blocks of class
// "keep" that wouldn't fit begin a new page, and so does a heading that would stand
// alone at the foot of one. A block of class "keep tail" takes the
// last row of the table before it along: no signature stands on a page by itself.
// What has class "leads" (headings, captions) stays with the beginning of what follows
// it, and what has class "turn" begins a new page.
(function () {
    var ruler = document.getElementById("ruler");
    var height = ruler.getBoundingClientRect().height * 0.995;
    ruler.parentNode.removeChild(ruler);
    var pageTop = document.body.getBoundingClientRect().top;

    function turnTo(top) {
        while (top - pageTop >= height) {
            pageTop += height;
        }
    }

    function divide(table) {
        var start = table.getBoundingClientRect().top;
        var head = table.tHead;
        var headHeight = head.getBoundingClientRect().height;
        var rows = [].slice.call(table.tBodies[0].rows);
        var places = rows.map(function (row) {
            var place = row.getBoundingClientRect();
            return [place.top, place.bottom];
        });
        // a row of class "sticks" and what stands under the table go with the row above
        var under = table.nextElementSibling;
        if (rows.length && is(under, "under")) {
            places[rows.length - 1][1] = under.getBoundingClientRect().bottom;
        }
        for (var last = rows.length - 1; last > 0; last--) {
            if (is(rows[last], "sticks")) {
                places[last - 1][1] = places[last][1];
            }
        }
        var current = table;
        turnTo(start);
        rows.forEach(function (row, index) {
            var top = places[index][0];
            var bottom = places[index][1];
            var fits = is(row, "sticks") || bottom - pageTop <= height;
            var goes = bottom - top <= height - headHeight;
            if (!fits && index === 0 && goes && start > pageTop) {
                table.style.pageBreakBefore = "always";
                pageTop = start;
            } else if (!fits && index > 0) {
                current = continued(table, current);
                pageTop = top - headHeight;
            } else if (!fits) {
                turnTo(bottom);
            }
            if (current !== table) {
                current.tBodies[0].appendChild(row);
            }
        });
        if (current !== table) {
            pageTop = current.getBoundingClientRect().top;
        }
    }

    function continued(table, before) {
        var next = table.cloneNode(false);
        var columns = table.querySelector("colgroup");
        if (columns) {
            next.appendChild(columns.cloneNode(true));
        }
        next.appendChild(table.tHead.cloneNode(true));
        next.appendChild(document.createElement("tbody"));
        next.style.pageBreakBefore = "always";
        before.parentNode.insertBefore(next, before.nextSibling);
        return next;
    }

    function keep(block) {
        var place = block.getBoundingClientRect();
        // a heading needs room for the first lines of what it stands over
        var room = block.tagName === "H2" ? 3 * place.height : 0;
        if (is(block, "leads")) {
            room = Math.max(room, led(block));
        }
        turnTo(place.top);
        if (place.bottom + room - pageTop <= height || place.height >= height) {
            return;
        }
        var before = block.previousElementSibling;
        var takes = is(block, "tail") && is(before, "paged");
        if (takes && before.tBodies[0].rows.length > 1) {
            var last = before.tBodies[0].rows[before.tBodies[0].rows.length - 1];
            before = continued(before, before);
            before.tBodies[0].appendChild(last);
            pageTop = before.getBoundingClientRect().top;
        } else {
            block.style.pageBreakBefore = "always";
            pageTop = place.top;
        }
    }

    // How far below a heading that reaches which has to stand on the same page.
    function led(block) {
        var next = block.nextElementSibling;
        if (!next || is(next, "turn")) {
            return 0;
        }
        var end = block.getBoundingClientRect().bottom;
        var place = next.getBoundingClientRect();
        if (is(next, "leads")) {
            return place.bottom - end + led(next);
        }
        if (is(next, "paged")) {
            // of a long table the first rows, a shorter one whole
            var under = next.nextElementSibling;
            var foot = is(under, "under") ? under : next;
            var bottom = foot.getBoundingClientRect().bottom;
            var third = next.tBodies[0].rows[2];
            if (third && bottom - place.top > height / 2) {
                bottom = third.getBoundingClientRect().bottom;
            }
            return bottom - end;
        }
        var whole = is(next, "keep") && place.height < height;
        return whole ? place.bottom - end : Math.min(place.bottom - end, height / 3);
    }

    function turn(block) {
        block.style.pageBreakBefore = "always";
        pageTop = block.getBoundingClientRect().top;
    }

    function is(element, name) {
        return element && element.className.split(" ").indexOf(name) >= 0;
    }

    [].slice.call(document.querySelectorAll("table.paged, .keep, .leads, .turn, h2")).forEach(
        function (part) {
            if (is(part, "turn")) {
                turn(part);
            } else if (is(part, "paged")) {
                divide(part);
            } else if (part.tagName !== "H2" || !is(part.parentNode, "keep")) {
                keep(part);
            }
        }
    );
})();
