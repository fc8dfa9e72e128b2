// Reads one invitation with a calendar library of other hands: {library, text} in, what it understood out.
import { text } from "node:stream/consumers";
import ICAL from "ical.js";
import nodeIcal from "node-ical";
import { convertIcsCalendar } from "ts-ics";

const given = JSON.parse(await text(process.stdin));

const readers = {
  "ical.js"() {
    const calendar = new ICAL.Component(ICAL.parse(given.text));
    const [event] = calendar.getAllSubcomponents("vevent").map((each) => new ICAL.Event(each));
    const attendee = event.component.getFirstProperty("attendee");
    return {
      method: calendar.getFirstPropertyValue("method"),
      uid: event.uid,
      sequence: event.sequence,
      starts: event.startDate.toJSDate(),
      ends: event.endDate.toJSDate(),
      summary: event.summary,
      description: event.description,
      location: event.location,
      organizer: event.organizer,
      attendee: attendee.getFirstValue(),
      status: event.component.getFirstPropertyValue("status"),
      alarms: event.component.getAllSubcomponents("valarm").length,
    };
  },
  "node-ical"() {
    const parsed = nodeIcal.sync.parseICS(given.text);
    const event = Object.values(parsed).find((each) => each.type === "VEVENT");
    return {
      method: parsed.vcalendar?.method ?? event.method,
      uid: event.uid,
      sequence: Number(event.sequence),
      starts: event.start,
      ends: event.end,
      summary: event.summary,
      description: event.description,
      location: event.location,
      organizer: event.organizer.val,
      attendee: event.attendee.val ?? event.attendee,
      status: event.status,
      alarms: (event.alarms ?? []).length,
    };
  },
  "ts-ics"() {
    const calendar = convertIcsCalendar(undefined, given.text);
    const [event] = calendar.events;
    return {
      method: calendar.method,
      uid: event.uid,
      sequence: event.sequence ?? 0,
      starts: event.start.date,
      ends: event.end.date,
      summary: event.summary,
      description: event.description,
      location: event.location,
      organizer: `mailto:${event.organizer.email}`,
      attendee: `mailto:${event.attendees[0].email}`,
      status: event.status,
      alarms: (event.alarms ?? []).length,
    };
  },
};

process.stdout.write(JSON.stringify(readers[given.library]()));
