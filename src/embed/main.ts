import { LessonElement } from './lesson-element.ts';

export { embedAddress } from './address.ts';
export { LessonFrame } from './lesson-frame.ts';
export { LessonElement };

if (!customElements.get('drydock-lesson')) customElements.define('drydock-lesson', LessonElement);
