import { createContext } from 'svelte';
import type { LessonState } from './lesson-state.svelte.ts';
import type { Playground } from './playground.svelte.ts';
import type { View } from './view.svelte.ts';

export const [getPlayground, setPlayground] = createContext<Playground>();
export const [getLesson, setLesson] = createContext<LessonState>();
export const [getView, setView] = createContext<View>();
