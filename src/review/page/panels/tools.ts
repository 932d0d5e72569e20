/** The tools of the picture: their names, their keys, what each is for in a few words, and how it is used. */
export const TOOLS = [
  {
    tool: 'hint',
    name: 'Paint',
    icon: 'brush',
    key: 'H',
    does: 'paint hints',
    usage: 'Click or draw on the picture: what lies there, and what is like it, takes this colour.',
  },
  {
    tool: 'fill',
    name: 'Fill',
    icon: 'fill',
    key: 'G',
    does: 'fill a thing to its edges',
    usage: 'Point at a thing: it is filled up to its edges. The wheel reaches farther or less far.',
  },
  {
    tool: 'polygon',
    name: 'Polygon',
    icon: 'polygon',
    key: 'L',
    does: 'draw a polygon',
    usage: 'Click from corner to corner; a click on the first one closes it, and its inside takes this colour.',
  },
  {
    tool: 'erase',
    name: 'Erase',
    icon: 'erase',
    key: 'B',
    does: 'erase marks',
    usage: 'Click on marks of this keyframe, or on what a polygon covers: they go.',
  },
  {
    tool: 'pick',
    name: 'Pick',
    icon: 'pick',
    key: 'E',
    does: 'pick a colour',
    usage: 'Click on the picture: its colour is taken for the next hint.',
  },
] as const;

/** Those that correct the region that is chosen. */
export const REGION_TOOLS = [
  {
    tool: 'add',
    name: 'Add',
    icon: 'add',
    key: 'J',
    does: 'add to the chosen region by strokes',
    usage: 'Draw where the chosen region is to reach, too.',
  },
  {
    tool: 'subtract',
    name: 'Take away',
    icon: 'subtract',
    key: 'Shift J',
    does: 'take from the chosen region by strokes',
    usage: 'Draw where the chosen region is not to be.',
  },
] as const;
