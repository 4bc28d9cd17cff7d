// The interface's words in Arabic.
import { memoize } from '../memoize.ts'
import type { Words } from './en.ts'

const rules = memoize((lang) => new Intl.PluralRules(lang))

export const AR: Words = {
  skip: 'انتقل إلى المحتوى',
  sections: 'الأقسام',
  everything: 'كل المحتوى',
  about: 'من نحن',
  front: 'الصفحة الأولى',
  tags: 'الوسوم',
  tag: 'وسم',
  mostUsed: 'الأكثر استخدامًا',
  letters: 'حسب الحرف الأول',
  authors: 'الكُتّاب',
  author: 'الكُتّاب',
  archive: 'الأرشيف',
  by: (names) => `بقلم ${names}`,
  published: 'نُشر:',
  updated: 'حُدّث:',
  reading: (minutes, number) => {
    const form = rules('ar').select(minutes)
    if (form === 'one') return 'قراءة في دقيقة'
    if (form === 'two') return 'قراءة في دقيقتين'
    return form === 'few' ? `قراءة في ${number} دقائق` : `قراءة في ${number} دقيقة`
  },
  credit: 'الصورة: ',
  corrections: 'تصويبات',
  corrected: (date) => `صُوّب في ${date}`,
  translations: 'اقرأه أيضًا بلغة أخرى',
  share: 'شارك',
  byMail: 'البريد الإلكتروني',
  older: 'مقالات أقدم',
  newer: 'مقالات أحدث',
  olderArticle: 'المقال السابق',
  newerArticle: 'المقال التالي',
  related: 'اقرأ أيضًا',
  page: (number) => `صفحة ${number}`,
  pages: 'الصفحات',
  articles: (count, number) => {
    const form = rules('ar').select(count)
    if (form === 'one') return 'مقال واحد'
    if (form === 'two') return 'مقالان'
    if (form === 'few') return `${number} مقالات`
    return form === 'many' ? `${number} مقالًا` : `${number} مقال`
  },
  nothingYet: 'لم يُنشر شيء بعد.',
  listEmpty: 'لا شيء في هذه القائمة بعد.',
  nothingLeft: 'لم يعد في هذه الصفحة ما يُقرأ.',
  publishedBy: (name) => `يصدر عن ${name}`,
  neighbours: 'مقالات مجاورة',
  preview: 'معاينة غير منشورة.',
  previewAt: (date) => `الموقع كما سيكون في ${date}.`,
  notFound: 'هذه الصفحة ليست هنا',
  notFoundWhy: 'ربما كُتب العنوان خطأً، أو نُقلت الصفحة إلى عنوان آخر.',
  perhaps: 'لعلك تبحث عن',
  gone: 'هذه الصفحة لم تعد هنا',
  goneWhy: 'انتهت مدتها أو أُزيلت، ولن تعود.',
  unavailable: 'توقفت المطابع لحظة',
  unavailableWhy: 'تعذّر عرض هذه الصفحة الآن. حاول مرة أخرى بعد نصف دقيقة.',
  months: 'الشهور',
  onward: 'تابع القراءة',
  footnotes: 'الحواشي',
  backToReference: (number) => `عودة إلى موضع الحاشية ${number}`,
  table: 'جدول',
  note: 'ملاحظة',
  tip: 'نصيحة',
  important: 'مهم',
  warning: 'تحذير',
  caution: 'تنبيه',
  watch: (service) => `شاهد الفيديو على ${service}`,
  open: (host) => `افتح ${host}`,
}
